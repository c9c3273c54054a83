import { Button, Content, Radio } from "@patternfly/react-core";
import { type ReactNode, useState } from "react";
import type { IdentityCheck, MySettings } from "../api/contract/profile";
import { useIdentityCheck, useMailCheckCode } from "../api/identityCheck";
import { t } from "../i18n";
import { CodeField } from "./CodeField";
import { Field } from "./Field";
import { FlowForm } from "./FlowForm";
import { ProblemAlert } from "./ProblemAlert";

interface Props {
  settings: MySettings;
  onClose: () => void;
  onChecked: () => void;
  /** What the check is for, in place of its heading. */
  lead?: ReactNode;
}

/** Proves who is there: by a code of the app, a backup code, or a mailed one (IAM-088). */
export function IdentityStep({ settings, onClose, onChecked, lead }: Props) {
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
      {lead ?? <Content component="h2">{t("check.title")}</Content>}
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
