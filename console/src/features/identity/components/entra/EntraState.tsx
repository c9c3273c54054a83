import { ActionList, ActionListItem, Alert, Button } from "@patternfly/react-core";
import { useState } from "react";
import type { EntraDirectory } from "../../../../api/contract/entra";
import { t } from "../../../../i18n";
import { ConfirmDialog } from "../../../../ui/ConfirmDialog";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { Time } from "../../../../ui/Time";
import { Values } from "../../../../ui/Values";
import { useEntraActions } from "../../entraQueries";
import { Section } from "../saml/Section";

interface Props {
  directory: EntraDirectory;
  etag: string;
  onChange: () => void;
}

/** What is connected, what the last reading said, and what can be done with it. */
export function EntraState({ directory, etag, onChange }: Props) {
  const [asking, setAsking] = useState(false);
  const { check, disconnect } = useEntraActions(etag);
  const { tenantName, tenantId, clientId, domains, connectedAt, connectedBy } = directory;
  return (
    <Section title={tenantName === "" ? tenantId : tenantName}>
      <div aria-live="polite">
        {directory.check.ok ? (
          <Alert isInline variant="success" title={t("entra.ok")} />
        ) : (
          <Alert isInline variant="danger" title={t("entra.bad")}>
            {directory.check.message}
          </Alert>
        )}
        {domains.length === 0 && <Alert isInline variant="warning" title={t("entra.nodomains")} />}
        <ProblemAlert error={check.error} />
      </div>
      <Values
        rows={[
          { label: t("entra.tenant"), value: tenantId },
          { label: t("entra.client"), value: clientId },
          { label: t("entra.domains"), value: domains.join(", "), help: t("entra.domains.help") },
          {
            label: t("entra.connected"),
            value: (
              <>
                <Time at={connectedAt} /> · {connectedBy}
              </>
            ),
          },
          { label: t("entra.checked"), value: <Time at={directory.check.at} /> },
        ]}
      />
      <ActionList className="cw-gap">
        <ActionListItem>
          <Button variant="secondary" isLoading={check.isPending} isDisabled={check.isPending} onClick={() => check.mutate()}>
            {t("entra.check")}
          </Button>
        </ActionListItem>
        <ActionListItem>
          <Button variant="secondary" onClick={onChange}>
            {t("entra.change")}
          </Button>
        </ActionListItem>
        <ActionListItem>
          <Button variant="link" isDanger onClick={() => setAsking(true)}>
            {t("entra.disconnect")}
          </Button>
        </ActionListItem>
      </ActionList>
      {asking && (
        <ConfirmDialog
          danger
          title={t("entra.disconnect.title")}
          confirm={t("entra.disconnect")}
          busy={disconnect.isPending}
          error={disconnect.error}
          onConfirm={() => disconnect.mutate(undefined, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        >
          {t("entra.disconnect.body", { name: tenantName })}
        </ConfirmDialog>
      )}
    </Section>
  );
}
