import { Button, Content, Radio } from "@patternfly/react-core";
import { type ReactNode, useState } from "react";
import type { IdentityCheck, MySettings } from "../../../api/contract";
import { t } from "../../../i18n";
import { Field } from "../../../ui/Field";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { isChecked, useIdentityCheck, useMailCheckCode } from "../queries";
import { AskAgain } from "./askAgain";
import { CodeField } from "./CodeField";
import { FlowForm } from "./FlowForm";

interface Props {
  settings: MySettings;
  onClose: () => void;
  children: ReactNode;
}

/** Asks who is there before a change to how one signs in; once, for as long as the server remembers it (IAM-088). */
export function IdentityGate({ settings, onClose, children }: Props) {
  const [checked, setChecked] = useState(() => isChecked(settings));
  if (checked) return <AskAgain value={() => setChecked(false)}>{children}</AskAgain>;
  return <IdentityStep settings={settings} onClose={onClose} onChecked={() => setChecked(true)} />;
}

function IdentityStep({ settings, onClose, onChecked }: { settings: MySettings; onClose: () => void; onChecked: () => void }) {
  const [method, setMethod] = useState<IdentityCheck["method"]>("authenticator");
  const [code, setCode] = useState("");
  const check = useIdentityCheck();
  const mail = useMailCheckCode();
  const byApp = method === "authenticator";
  const choose = (next: IdentityCheck["method"]) => {
    setMethod(next);
    setCode("");
    check.reset();
  };

  return (
    <FlowForm
      action={t("check.continue")}
      busy={check.isPending}
      error={check.error}
      fields={["code"]}
      onSubmit={() => check.mutate({ method, code: code.trim() }, { onSuccess: onChecked })}
      onClose={onClose}
    >
      <Content component="h2">{t("check.title")}</Content>
      {byApp ? (
        <Content component="p">{t("check.app")}</Content>
      ) : (
        <Field id="check-method" label={t("check.method")}>
          <Radio
            id="check-backupCode"
            name="check-method"
            label={t("check.backupCode")}
            description={t("check.backupCode.body")}
            isChecked={method === "backupCode"}
            onChange={() => choose("backupCode")}
          />
          {settings.recovery.email !== "" && (
            <Radio
              id="check-recoveryEmail"
              name="check-method"
              label={t("check.recoveryEmail")}
              description={t("check.recoveryEmail.body", { email: settings.recovery.email })}
              isChecked={method === "recoveryEmail"}
              onChange={() => choose("recoveryEmail")}
            />
          )}
        </Field>
      )}
      {method === "recoveryEmail" && (
        <div>
          <ProblemAlert error={mail.error} />
          <Button variant="secondary" isDisabled={mail.isPending} isLoading={mail.isPending} onClick={() => mail.mutate()}>
            {t("check.send")}
          </Button>
          <Content component="small" role="status">
            {mail.isSuccess ? t("check.sent") : ""}
          </Content>
        </div>
      )}
      <CodeField
        label={method === "backupCode" ? t("check.backupCode") : t("check.code")}
        digits={method !== "backupCode"}
        value={code}
        error={check.error}
        onChange={setCode}
      />
      <Button variant="link" isInline onClick={() => choose(byApp ? "backupCode" : "authenticator")}>
        {byApp ? t("check.recovery") : t("check.useapp")}
      </Button>
    </FlowForm>
  );
}
