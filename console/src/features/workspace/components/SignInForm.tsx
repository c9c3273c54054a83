import { ActionGroup, Alert, Button, Content, Form, FormGroup, Switch } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import type { WorkspaceSignIn } from "../../../api/contract/workspace";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { DurationFields } from "../../../ui/DurationFields";
import { type TypedDuration, totalMinutes, typedDuration } from "../../../ui/duration";
import { focusFirstError } from "../../../ui/focus";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDraft } from "../../../ui/useDraft";
import { useSetSignIn } from "../queries";

const lowest = 5;
const highest = 12 * 60;

interface Typed extends TypedDuration {
  alwaysPrompt: boolean;
  limited: boolean;
}

/** Whether the identity provider must ask (SAM-090, SAM-091, SAM-103), and how long a session in a web browser may be idle (SAM-088). */
export function SignInForm({ settings, etag }: { settings: WorkspaceSignIn; etag: string }) {
  const { alwaysPrompt, inactivity } = settings;
  const [input, setInput, forget] = useDraft<Typed>("workspace.signin", { alwaysPrompt, limited: inactivity.enabled, ...typedDuration(inactivity.minutes) });
  const [wrong, setWrong] = useState(false);
  const save = useSetSignIn(etag);
  const refused = save.error instanceof ApiError ? save.error.field("inactivity.minutes") : undefined;
  const change = (part: Partial<Typed>) => {
    setWrong(false);
    save.reset();
    setInput((old) => ({ ...old, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const minutes = totalMinutes(input);
    const valid = minutes >= lowest && minutes <= highest;
    if (input.limited && !valid) {
      setWrong(true);
      focusFirstError();
      return;
    }
    save.mutate(
      { alwaysPrompt: input.alwaysPrompt, inactivity: { enabled: input.limited, minutes: valid ? minutes : inactivity.minutes } },
      { onSuccess: () => forget(), onError: focusFirstError },
    );
  };

  return (
    <Form className="cw-form" onSubmit={submit} noValidate>
      <ProblemAlert error={save.error} shown={input.limited ? ["inactivity.minutes"] : []} />
      {save.isSuccess && <Alert isInline isLiveRegion variant="success" title={t("workspace.saved")} />}
      <FormGroup role="group" fieldId="workspace-sessions" label={t("workspace.signin.sessions")}>
        <Switch
          id="workspace-prompt"
          label={t("workspace.signin.prompt")}
          isChecked={input.alwaysPrompt}
          onChange={(_, on) => change({ alwaysPrompt: on })}
        />
        <Content component="small">{t(input.alwaysPrompt ? "workspace.signin.prompt.on" : "workspace.signin.prompt.off")}</Content>
      </FormGroup>
      <div>
        <Switch
          id="workspace-inactivity"
          label={t("workspace.signin.inactivity")}
          isChecked={input.limited}
          onChange={(_, on) => change({ limited: on })}
        />
        <Content component="small">{t(input.limited ? "workspace.signin.inactivity.on" : "workspace.signin.inactivity.off")}</Content>
      </div>
      {input.limited && (
        <DurationFields
          id="workspace-inactivity"
          labels={{ hours: t("workspace.signin.hours"), minutes: t("workspace.signin.minutes") }}
          note={t("workspace.signin.range")}
          value={input}
          error={wrong ? t("workspace.signin.range") : refused}
          onChange={change}
        />
      )}
      <ActionGroup>
        <Button type="submit" isLoading={save.isPending} isDisabled={save.isPending}>
          {t("action.save")}
        </Button>
      </ActionGroup>
    </Form>
  );
}
