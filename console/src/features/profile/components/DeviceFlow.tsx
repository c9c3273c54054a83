import { Content } from "@patternfly/react-core";
import { useEffect, useState } from "react";
import type { MySettings } from "../../../api/contract/profile";
import { t } from "../../../i18n";
import { CopyText } from "../../../ui/CopyText";
import { DataState } from "../../../ui/DataState";
import { useConfirmAuthenticator, useNewAuthenticator } from "../queries";
import { CodeField } from "../../../ui/CodeField";
import { FlowForm } from "../../../ui/FlowForm";
import { IdentityGate } from "./IdentityGate";

interface Props {
  settings: MySettings;
  onClose: () => void;
}

/** Replaces the authenticator app's device: confirmation, identity check, key, code (IAM-083). */
export function DeviceFlow({ settings, onClose }: Props) {
  const [agreed, setAgreed] = useState(false);
  if (!agreed) {
    return (
      <FlowForm action={t("profile.app.yes")} busy={false} error={null} onSubmit={() => setAgreed(true)} onClose={onClose}>
        <Content component="p">{t("profile.app.confirm")}</Content>
      </FlowForm>
    );
  }
  return (
    <IdentityGate settings={settings} onClose={onClose}>
      <Enrol onClose={onClose} />
    </IdentityGate>
  );
}

function Enrol({ onClose }: { onClose: () => void }) {
  const { mutate: begin, data, error } = useNewAuthenticator();
  const confirm = useConfirmAuthenticator();
  const [code, setCode] = useState("");
  useEffect(() => begin(), [begin]);

  return (
    <FlowForm
      action={t("profile.app.verify")}
      busy={confirm.isPending || data === undefined}
      error={confirm.error}
      fields={["code"]}
      onSubmit={() => confirm.mutate(code.trim(), { onSuccess: onClose })}
      onClose={onClose}
    >
      <DataState query={{ data, error, refetch: () => begin() }}>
        {({ key, qr }) => (
          <>
            <Content component="p">{t("profile.app.scan")}</Content>
            <img className="cw-qr" src={qr} alt={t("profile.app.qr")} width="200" height="200" />
            <div>
              <strong>{t("profile.app.key")}</strong> <CopyText label={t("profile.app.key")} value={key} />
            </div>
            <CodeField label={t("profile.app.code")} note={t("profile.app.code.note")} value={code} error={confirm.error} onChange={setCode} />
            <Content component="small">{t("profile.app.old")}</Content>
          </>
        )}
      </DataState>
    </FlowForm>
  );
}
