import { Content } from "@patternfly/react-core";
import { useState } from "react";
import type { MySettings } from "../../../api/contract/profile";
import { signInUrl } from "../../../api/session";
import { t } from "../../../i18n";
import { useConfirmEmail, useNewEmail } from "../queries";
import { profileRoute } from "../routes";
import { AddressStep } from "./AddressStep";
import { CodeField } from "../../../ui/CodeField";
import { FlowForm } from "../../../ui/FlowForm";
import { IdentityGate } from "./IdentityGate";

interface Props {
  settings: MySettings;
  onClose: () => void;
}

/** Changes the address of the login: address, code from its mailbox, confirmation; then everybody signs in anew (IAM-060, IAM-063). */
export function EmailFlow({ settings, onClose }: Props) {
  return (
    <IdentityGate settings={settings} onClose={onClose}>
      <Steps onClose={onClose} />
    </IdentityGate>
  );
}

function Steps({ onClose }: { onClose: () => void }) {
  const send = useNewEmail();
  const confirm = useConfirmEmail();
  const [email, setEmail] = useState("");
  const [code, setCode] = useState("");
  const [entered, setEntered] = useState(false);

  if (!send.isSuccess) {
    return (
      <AddressStep label={t("profile.email.new")} note={t("profile.email.new.note")} email={email} onChange={setEmail} send={send} onClose={onClose} />
    );
  }
  if (!entered) {
    return (
      <FlowForm
        action={t("profile.email.verify")}
        busy={false}
        error={confirm.error}
        fields={["code"]}
        onSubmit={() => setEntered(code.trim() !== "")}
        onClose={onClose}
      >
        <Content component="p">{t("profile.email.code", { email })}</Content>
        <CodeField label={t("profile.app.code")} value={code} error={confirm.error} onChange={setCode} />
      </FlowForm>
    );
  }
  return (
    <FlowForm
      action={t("profile.email.yes")}
      busy={confirm.isPending}
      error={null}
      onSubmit={() =>
        confirm.mutate(code.trim(), {
          onSuccess: () => window.location.assign(signInUrl(profileRoute.path)),
          onError: () => setEntered(false),
        })
      }
      onClose={onClose}
    >
      <Content component="p">{t("profile.email.confirm", { email })}</Content>
    </FlowForm>
  );
}
