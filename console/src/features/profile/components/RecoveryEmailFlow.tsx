import { Content } from "@patternfly/react-core";
import { useState } from "react";
import type { MySettings } from "../../../api/contract/profile";
import { t } from "../../../i18n";
import { useConfirmRecoveryEmail, useNewRecoveryEmail } from "../queries";
import { AddressStep } from "./AddressStep";
import { CodeField } from "../../../ui/CodeField";
import { FlowForm } from "../../../ui/FlowForm";
import { IdentityGate } from "./IdentityGate";

interface Props {
  settings: MySettings;
  onClose: () => void;
}

/** Adds or replaces the recovery address: identity check, address, code from its mailbox (IAM-089). */
export function RecoveryEmailFlow({ settings, onClose }: Props) {
  return (
    <IdentityGate settings={settings} onClose={onClose}>
      <Steps onClose={onClose} />
    </IdentityGate>
  );
}

function Steps({ onClose }: { onClose: () => void }) {
  const send = useNewRecoveryEmail();
  const confirm = useConfirmRecoveryEmail();
  const [email, setEmail] = useState("");
  const [code, setCode] = useState("");
  if (!send.isSuccess) {
    return (
      <AddressStep
        label={t("profile.recoveryEmail.new")}
        note={t("profile.recoveryEmail.note")}
        email={email}
        onChange={setEmail}
        send={send}
        onClose={onClose}
      />
    );
  }
  return (
    <FlowForm
      action={t("profile.recoveryEmail.verify")}
      busy={confirm.isPending}
      error={confirm.error}
      fields={["code"]}
      onSubmit={() => confirm.mutate(code.trim(), { onSuccess: onClose })}
      onClose={onClose}
    >
      <Content component="p">{t("profile.email.code", { email })}</Content>
      <CodeField label={t("check.code")} value={code} error={confirm.error} onChange={setCode} />
    </FlowForm>
  );
}
