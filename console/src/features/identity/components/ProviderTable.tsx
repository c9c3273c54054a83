import { Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useNavigate } from "react-router";
import type { IdentityProvider } from "../../../api/contract/connections";
import { connectDirectoryRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { type Action, ActionsMenu } from "../../../ui/ActionsMenu";

interface Props {
  providers: readonly IdentityProvider[];
  onConnectSaml: () => void;
}

/** Every type of identity provider with its state (IAM-005). */
export function ProviderTable({ providers, onConnectSaml }: Props) {
  return (
    <Table aria-label={t("providers.table")}>
      <Thead>
        <Tr>
          <Th width={30}>{t("providers.column.type")}</Th>
          <Th>{t("providers.column.administrators")}</Th>
          <Th>{t("providers.column.subscribers")}</Th>
          <Th>{t("providers.column.status")}</Th>
          <Th screenReaderText={t("actions.column")} />
        </Tr>
      </Thead>
      <Tbody>
        {providers.map((provider) => (
          <ProviderRow key={provider.type} provider={provider} onConnectSaml={onConnectSaml} />
        ))}
      </Tbody>
    </Table>
  );
}

const colour = { not_connected: "grey", connected: "green", enabled: "green", certificate_expired: "red" } as const;

function ProviderRow({ provider, onConnectSaml }: { provider: IdentityProvider; onConnectSaml: () => void }) {
  const navigate = useNavigate();
  const hasMenu = provider.type !== "citrix" && provider.status !== "enabled";
  return (
    <Tr>
      <Td dataLabel={t("providers.column.type")}>{provider.displayName}</Td>
      <Td dataLabel={t("providers.column.administrators")}>{provider.adminAuth ? t("value.yes") : t("value.no")}</Td>
      <Td dataLabel={t("providers.column.subscribers")}>{provider.subscriberAuth ? t("value.yes") : t("value.no")}</Td>
      <Td dataLabel={t("providers.column.status")}>
        <Label color={colour[provider.status]}>{t(`providers.status.${provider.status}`)}</Label>
      </Td>
      <Td isActionCell>{hasMenu && <ActionsMenu label={t("actions.for", { name: provider.displayName })} actions={[connectAction(provider, () => void navigate(connectDirectoryRoute.link()), onConnectSaml)]} />}</Td>
    </Tr>
  );
}

function connectAction({ type, available, connections }: IdentityProvider, onConnectDirectory: () => void, onConnectSaml: () => void): Action {
  if (type === "ad") return { label: t("providers.connect"), onClick: onConnectDirectory };
  if (type === "saml" && available) return { label: t(connections.length === 0 ? "providers.connect" : "providers.connect.another"), onClick: onConnectSaml };
  return { label: t("providers.connect"), onClick: () => undefined, disabledReason: t("providers.later") };
}
