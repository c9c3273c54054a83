import { ActionGroup, Alert, Button, Card, CardBody, CardTitle, Content, Form } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import type { WorkspaceConfiguration } from "../../../api/contract/workspace";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { Breakable } from "../../../ui/Breakable";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { Copy } from "../../../ui/Copy";
import { TextField } from "../../../ui/Field";
import { focusFirstError } from "../../../ui/focus";
import { Time } from "../../../ui/Time";
import { useDraft } from "../../../ui/useDraft";
import { useConfigureWorkspace } from "../queries";

const nameField = "workspace-name";

/** The address that people open, and its change, which everybody notices. */
export function AddressForm({ configuration, etag }: { configuration: WorkspaceConfiguration; etag: string }) {
  const [name, setName, forget] = useDraft("workspace.address", configuration.name);
  const [asking, setAsking] = useState(false);
  const rename = useConfigureWorkspace(etag);
  const error = rename.error instanceof ApiError ? rename.error.field("name", "workspace_name_taken") : undefined;
  const enter = (value: string) => {
    setName(value);
    rename.reset();
  };
  const takeBack = (former: string) => {
    enter(former);
    document.getElementById(nameField)?.focus();
  };
  const ask = (event: FormEvent) => {
    event.preventDefault();
    rename.reset();
    setAsking(true);
  };
  const confirm = () =>
    rename.mutate(
      { name },
      {
        onSuccess: () => {
          forget();
          setAsking(false);
        },
        onError: (failure) => {
          if (!(failure instanceof ApiError && failure.field("name", "workspace_name_taken") !== undefined)) return; // the dialog tells it
          setAsking(false);
          focusFirstError();
        },
      },
    );

  return (
    <div className="cw-stack cw-form">
      <Card>
        <CardTitle component="h2">{t("workspace.url")}</CardTitle>
        <CardBody>
          <Copy label={t("workspace.url")} value={configuration.url} />
          <Content component="small">{t("workspace.url.note")}</Content>
        </CardBody>
      </Card>
      <Form onSubmit={ask} noValidate>
        {rename.isSuccess && <Alert isInline isLiveRegion variant="success" title={t("workspace.saved")} />}
        <TextField
          id={nameField}
          label={t("workspace.address.name")}
          required
          value={name}
          error={error}
          note={t("workspace.address.note")}
          onChange={enter}
        />
        <ActionGroup>
          <Button type="submit" isDisabled={name === configuration.name}>
            {t("action.save")}
          </Button>
        </ActionGroup>
      </Form>
      {configuration.formerNames.length > 0 && (
        <Card>
          <CardTitle component="h2">{t("workspace.former")}</CardTitle>
          <CardBody>
            <Content component="small">{t("workspace.former.note")}</Content>
            <ul className="cw-former">
              {configuration.formerNames.map((former) => (
                <li key={former.name}>
                  <Breakable text={former.name} />
                  <Time at={former.restsUntil} />
                  <Button variant="link" isInline aria-label={t("workspace.former.take.name", { name: former.name })} onClick={() => takeBack(former.name)}>
                    {t("workspace.former.take")}
                  </Button>
                </li>
              ))}
            </ul>
          </CardBody>
        </Card>
      )}
      {asking && (
        <ConfirmDialog
          danger
          title={t("workspace.address.change", { name })}
          confirm={t("workspace.address.change.confirm")}
          busy={rename.isPending}
          error={rename.error}
          onConfirm={confirm}
          onClose={() => setAsking(false)}
        >
          {t("workspace.address.change.body")}
        </ConfirmDialog>
      )}
    </div>
  );
}
