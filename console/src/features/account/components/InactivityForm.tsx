import { Alert, Button, Content, Form, Switch } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import type { Inactivity } from "../../../api/contract/account";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { DurationFields } from "../../../ui/DurationFields";
import { type TypedDuration, totalMinutes, typedDuration } from "../../../ui/duration";
import { focusFirstError } from "../../../ui/focus";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDraft } from "../../../ui/useDraft";
import { useSetInactivity } from "../queries";

const lowest = 10;
const highest = 12 * 60;
/** What is proposed when the time-out is switched on for the first time (PLT-169). */
const proposed = 60;

interface Typed extends TypedDuration {
  enabled: boolean;
}

function typed({ enabled, minutes }: Inactivity): Typed {
  return { enabled, ...typedDuration(minutes >= lowest ? minutes : proposed) };
}

/** The time-out of the console with the documented words and fields (PLT-174). */
export function InactivityForm({ inactivity, etag }: { inactivity: Inactivity; etag: string }) {
  const [input, setInput, forget] = useDraft("account.inactivity", typed(inactivity));
  const [wrong, setWrong] = useState(false);
  const save = useSetInactivity(etag);
  const refused = save.error instanceof ApiError ? save.error.field("minutes") : undefined;
  const error = wrong ? t("inactivity.wrong") : refused;
  const change = (part: Partial<Typed>) => {
    setWrong(false);
    save.reset();
    setInput((old) => ({ ...old, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const minutes = totalMinutes(input);
    if (input.enabled && !(minutes >= lowest && minutes <= highest)) {
      setWrong(true);
      focusFirstError();
      return;
    }
    const valid = minutes >= lowest && minutes <= highest;
    save.mutate({ enabled: input.enabled, minutes: valid ? minutes : proposed }, { onSuccess: () => forget(), onError: focusFirstError });
  };

  return (
    <Form className="cw-form" onSubmit={submit} noValidate>
      <ProblemAlert error={save.error} shown={input.enabled ? ["minutes"] : []} />
      {save.isSuccess && <Alert isInline isLiveRegion variant="success" title={t("inactivity.saved")} />}
      <Switch
        id="inactivity-enabled"
        label={input.enabled ? t("inactivity.on") : t("inactivity.off")}
        isChecked={input.enabled}
        onChange={(_, enabled) => change({ enabled })}
      />
      <Content component="p">{t("inactivity.explain")}</Content>
      {input.enabled ? (
        <DurationFields
          id="inactivity"
          labels={{ hours: t("inactivity.hours"), minutes: t("inactivity.minutes") }}
          note={t("inactivity.range")}
          value={input}
          error={error}
          onChange={change}
        />
      ) : (
        <Alert isInline variant="warning" title={t("inactivity.is.off")}>
          {t("inactivity.warning")}
        </Alert>
      )}
      <div>
        <Button type="submit" isLoading={save.isPending} isDisabled={save.isPending}>
          {t("action.save")}
        </Button>
      </div>
    </Form>
  );
}
