import { Button, Card, CardBody, CardFooter, CardTitle, Radio } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import type { WorkspaceChoice, WorkspaceConfiguration } from "../../../api/contract/workspace";
import { t } from "../../../i18n";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { useConfigureWorkspace } from "../queries";

/** Identifies a choice: a method, or one connection of it. */
function keyOf(choice: { method: string; connectionId: string }): string {
  return `${choice.method}/${choice.connectionId}`;
}

/** Chooses how people sign in to the workspace; a change takes effect after "Confirm" (SAM-029). */
export function MethodForm({ configuration, etag }: { configuration: WorkspaceConfiguration; etag: string }) {
  const present = keyOf(configuration.authentication);
  const [picked, setPicked] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const choose = useConfigureWorkspace(etag);
  const selected = picked ?? present;
  const choice = configuration.choices.find((c) => keyOf(c) === selected);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    choose.reset();
    setAsking(true);
  };

  return (
    <form onSubmit={ask}>
      <Card className="cw-form">
        <CardTitle component="h2">{t("workspace.method")}</CardTitle>
        <CardBody>
          <div role="radiogroup" aria-label={t("workspace.method")}>
            {configuration.choices.map((each) => (
              <Radio
                key={keyOf(each)}
                id={`method-${keyOf(each)}`}
                name="method"
                className="cw-choice"
                label={each.label}
                description={descriptionOf(each)}
                isDisabled={each.state !== "available"}
                isChecked={keyOf(each) === selected}
                onChange={() => setPicked(keyOf(each))}
              />
            ))}
          </div>
        </CardBody>
        <CardFooter>
          <Button type="submit" isDisabled={selected === present || choice === undefined}>
            {t("action.save")}
          </Button>
        </CardFooter>
      </Card>
      {asking && choice !== undefined && (
        <ConfirmDialog
          title={t("workspace.confirm.title", { method: choice.label })}
          confirm={t("workspace.confirm.action")}
          busy={choose.isPending}
          error={choose.error}
          onConfirm={() =>
            choose.mutate(
              { authentication: { method: choice.method, connectionId: choice.connectionId } },
              {
                onSuccess: () => {
                  setAsking(false);
                  setPicked(null);
                },
              },
            )
          }
          onClose={() => setAsking(false)}
        >
          {t("workspace.confirm.body", { method: choice.label })}
        </ConfirmDialog>
      )}
    </form>
  );
}

function descriptionOf(choice: WorkspaceChoice): string {
  const kind = choice.connectionId === "" ? "" : `${t(`provider.${choice.method}`)}. `;
  return choice.state === "available" ? kind.trim() : kind + t(`workspace.choice.${choice.state}`);
}
