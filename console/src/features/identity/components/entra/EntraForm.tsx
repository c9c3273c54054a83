import { ActionGroup, Button, Form } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import type { EntraDirectory } from "../../../../api/contract/entra";
import { ApiError } from "../../../../api/problem";
import { t } from "../../../../i18n";
import { TextField } from "../../../../ui/Field";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { useEntraActions } from "../../entraQueries";
import { Section } from "../saml/Section";

const fields = ["tenantId", "clientId", "clientSecret"];

interface Props {
  /** What is connected now; null = nothing. */
  directory: EntraDirectory | null;
  etag: string;
  onDone: () => void;
}

/** Connects the directory, or changes how it is read. Nothing is saved before the server has read it. */
export function EntraForm({ directory, etag, onDone }: Props) {
  const [tenantId, setTenantId] = useState(directory?.tenantId ?? "");
  const [clientId, setClientId] = useState(directory?.clientId ?? "");
  const [secret, setSecret] = useState("");
  const { connect } = useEntraActions(etag);
  const error = (field: string) => (connect.error instanceof ApiError ? connect.error.field(field) : undefined);
  const keeps = directory !== null && tenantId.trim() === directory.tenantId && clientId.trim() === directory.clientId;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    connect.mutate(
      { tenantId: tenantId.trim(), clientId: clientId.trim(), ...(secret === "" ? {} : { clientSecret: secret }) },
      {
        onSuccess: () => {
          setSecret("");
          onDone();
        },
      },
    );
  };
  return (
    <Section title={directory === null ? t("entra.connect.title") : t("entra.change.title")} lead={t("entra.connect.lead")}>
      <Form onSubmit={submit} noValidate>
        <ProblemAlert error={connect.error} shown={fields} />
        <TextField id="entra-tenant" label={t("entra.tenant")} help={t("entra.tenant.help")} required value={tenantId} error={error("tenantId")} onChange={setTenantId} />
        <TextField id="entra-client" label={t("entra.client")} help={t("entra.client.help")} required value={clientId} error={error("clientId")} onChange={setClientId} />
        <TextField
          id="entra-secret"
          type="password"
          autoComplete="off"
          label={t("entra.secret")}
          help={t("entra.secret.help")}
          note={keeps ? t("entra.secret.keep") : undefined}
          required={!keeps}
          value={secret}
          error={error("clientSecret")}
          onChange={setSecret}
        />
        <ActionGroup>
          <Button type="submit" isLoading={connect.isPending} isDisabled={connect.isPending}>
            {directory === null ? t("entra.connect") : t("action.save")}
          </Button>
          {directory !== null && (
            <Button variant="link" onClick={onDone}>
              {t("action.cancel")}
            </Button>
          )}
        </ActionGroup>
      </Form>
    </Section>
  );
}
