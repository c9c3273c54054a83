import { Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Fragment } from "react";
import type { IdentityProvider } from "../../../api/contract";
import { t } from "../../../i18n";
import { type Action, ActionsMenu } from "../../../ui/ActionsMenu";
import { ConnectionRow } from "./ConnectionRow";

interface Props {
  providers: readonly IdentityProvider[];
  onConnectSaml: () => void;
}

/** Every type of identity provider with its state; connections stand below their type (IAM-005). */
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
          <Fragment key={provider.type}>
            <ProviderRow provider={provider} onConnectSaml={onConnectSaml} />
            {provider.connections.map((connection) => (
              <ConnectionRow key={connection.id} connection={connection} />
            ))}
          </Fragment>
        ))}
      </Tbody>
    </Table>
  );
}

const colour = { not_connected: "grey", connected: "green", enabled: "green", certificate_expired: "red" } as const;

function ProviderRow({ provider, onConnectSaml }: { provider: IdentityProvider; onConnectSaml: () => void }) {
  const actions: Action[] =
    provider.type === "saml" && provider.available
      ? [{ label: provider.connections.length === 0 ? t("providers.connect") : t("providers.connect.another"), onClick: onConnectSaml }]
      : [{ label: t("providers.connect"), onClick: () => undefined, disabledReason: t("providers.later") }];
  const connectedElsewhere = provider.type === "ad" && provider.status === "connected"; // by the connectors of its domains
  const hasMenu = provider.type !== "citrix" && provider.status !== "enabled" && !connectedElsewhere;
  return (
    <Tr>
      <Td dataLabel={t("providers.column.type")}>{provider.displayName}</Td>
      <Td dataLabel={t("providers.column.administrators")}>{provider.adminAuth ? t("value.yes") : t("value.no")}</Td>
      <Td dataLabel={t("providers.column.subscribers")}>{provider.subscriberAuth ? t("value.yes") : t("value.no")}</Td>
      <Td dataLabel={t("providers.column.status")}>
        <Label color={colour[provider.status]}>{t(`providers.status.${provider.status}`)}</Label>
      </Td>
      <Td isActionCell>{hasMenu && <ActionsMenu label={t("actions.for", { name: provider.displayName })} actions={actions} />}</Td>
    </Tr>
  );
}
