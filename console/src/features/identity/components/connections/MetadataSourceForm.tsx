import { ActionGroup, Alert, Button, Checkbox, Form } from "@patternfly/react-core";
import type { FormEvent } from "react";
import type { Connection } from "../../../../api/contract/connections";
import { ApiError } from "../../../../api/problem";
import { t } from "../../../../i18n";
import { settingLabel } from "../../../../i18n/settings";
import { TextField } from "../../../../ui/Field";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { Time } from "../../../../ui/Time";
import { useDraft } from "../../../../ui/useDraft";
import { Values } from "../../../../ui/Values";
import { useConnectionActions } from "../../federationQueries";
import { Section } from "../saml/Section";

const fields = ["url", "refresh"];

/** Where the identity provider's metadata are read, and whether they are read every hour. A new key is proposed, never taken over by that alone. */
export function MetadataSourceForm({ connection, etag }: { connection: Connection; etag: string }) {
  const { metadata } = connection;
  const [input, setInput, forget] = useDraft(`connection.metadata.${connection.id}`, { url: metadata.url, refresh: metadata.refresh });
  const { source, refresh } = useConnectionActions(connection.id, etag);
  const refused = source.error instanceof ApiError ? (source.error.field("url") ?? source.error.field("refresh")) : undefined;
  const change = (part: Partial<typeof input>) => {
    source.reset();
    setInput((old) => ({ ...old, ...part }));
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    source.mutate(input, { onSuccess: forget });
  };
  return (
    <Section title={t("source.title")} lead={t("source.lead")}>
      <Values
        rows={[
          { label: t("source.read"), value: metadata.lastReadAt === null ? t("value.never") : <Time at={metadata.lastReadAt} /> },
          ...(metadata.lastFailure === null
            ? []
            : [
                {
                  label: t("source.failure"),
                  value: (
                    <>
                      {metadata.lastFailure.text} · {t("source.since")} <Time at={metadata.lastFailure.since} />
                    </>
                  ),
                },
              ]),
        ]}
      />
      {metadata.differences.length > 0 && (
        <Alert isInline variant="info" title={t("source.differences")} className="cw-alert">
          <Values
            rows={metadata.differences.map(({ field, ours, theirs }) => ({
              label: settingLabel(field.replace(/^settings\./, "")),
              value: t("source.difference", { ours, theirs }),
            }))}
          />
        </Alert>
      )}
      <Form onSubmit={save} noValidate>
        {source.isSuccess && <Alert isInline isLiveRegion variant="success" title={t("source.saved")} />}
        {refresh.isSuccess && <Alert isInline isLiveRegion variant="success" title={t("source.refreshed")} />}
        <ProblemAlert error={source.error} shown={fields} />
        <ProblemAlert error={refresh.error} />
        <TextField
          id="source-url"
          type="url"
          label={t("saml.metadataUrl")}
          help={t("saml.metadataUrl.help")}
          value={input.url}
          error={refused}
          placeholder="https://"
          onChange={(url) => change(url === "" ? { url, refresh: false } : { url })}
        />
        <Checkbox
          id="source-refresh"
          label={t("saml.metadataRefresh")}
          description={t("saml.metadataRefresh.help")}
          isChecked={input.refresh}
          isDisabled={input.url === ""}
          onChange={(_, on) => change({ refresh: on })}
        />
        <ActionGroup>
          <Button
            type="submit"
            variant="secondary"
            isLoading={source.isPending}
            isDisabled={source.isPending || (input.url === metadata.url && input.refresh === metadata.refresh)}
          >
            {t("action.save")}
          </Button>
          <Button variant="link" isLoading={refresh.isPending} isDisabled={metadata.url === "" || refresh.isPending} onClick={() => refresh.mutate()}>
            {t("source.refresh")}
          </Button>
        </ActionGroup>
      </Form>
    </Section>
  );
}
