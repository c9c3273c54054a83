import { Button, Checkbox, Content } from "@patternfly/react-core";
import { useEffect, useState } from "react";
import type { MySettings } from "../../../api/contract/profile";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { saveText } from "../../../ui/download";
import { useConfirmBackupCodes, useNewBackupCodes } from "../queries";
import { FlowForm } from "../../../ui/FlowForm";
import { IdentityGate } from "./IdentityGate";

interface Props {
  settings: MySettings;
  onClose: () => void;
}

/** Makes backup codes: confirmation when there are some, identity check, the new set, its storing (IAM-090). */
export function BackupCodesFlow({ settings, onClose }: Props) {
  const [agreed, setAgreed] = useState(settings.recovery.backupCodes.total === 0);
  if (!agreed) {
    return (
      <FlowForm action={t("profile.codes.yes")} busy={false} error={null} onSubmit={() => setAgreed(true)} onClose={onClose}>
        <Content component="p">{t("profile.codes.confirm")}</Content>
      </FlowForm>
    );
  }
  return (
    <IdentityGate settings={settings} onClose={onClose}>
      <NewCodes userName={settings.userName} onClose={onClose} />
    </IdentityGate>
  );
}

/** The new set. It replaces the old one only once it was downloaded, or the person says that it is kept in another way. */
function NewCodes({ userName, onClose }: { userName: string; onClose: () => void }) {
  const { mutate: make, data, error } = useNewBackupCodes();
  const stored = useConfirmBackupCodes();
  useEffect(() => make(), [make]);
  const [downloaded, setDownloaded] = useState(false);
  const [kept, setKept] = useState(false);
  const download = (codes: readonly string[]) => {
    saveText("backup-codes.txt", [`${t("brand.name")}: ${t("profile.codes")}, ${userName}`, "", ...codes, ""].join("\r\n"), "text/plain");
    setDownloaded(true);
  };

  return (
    <FlowForm
      action={t("profile.codes.stored")}
      busy={stored.isPending || data === undefined}
      ready={downloaded || kept}
      error={stored.error}
      onSubmit={() => stored.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <DataState query={{ data, error, refetch: () => make() }}>
        {({ codes }) => (
          <>
            <Content component="p">{t("profile.codes.store")}</Content>
            <ul className="cw-codes" aria-label={t("profile.codes.list")}>
              {codes.map((code) => (
                <li key={code}>
                  <code>{code}</code>
                </li>
              ))}
            </ul>
            <div>
              <Button variant="secondary" onClick={() => download(codes)}>
                {t("profile.codes.download")}
              </Button>
            </div>
            {!downloaded && (
              <Checkbox id="profile-codes-kept" label={t("profile.codes.kept")} isChecked={kept} onChange={(_, on) => setKept(on)} />
            )}
          </>
        )}
      </DataState>
    </FlowForm>
  );
}
