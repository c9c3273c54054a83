import { Card, CardBody, CardTitle, Content, Modal, ModalHeader, PageSection } from "@patternfly/react-core";
import type { MySettings } from "../../../api/contract/profile";
import { useMe } from "../../../api/customer";
import { useSettings } from "../../../api/identityCheck";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { Time } from "../../../ui/Time";
import { useSearchState } from "../../../ui/useSearchState";
import { BackupCodesFlow } from "../components/BackupCodesFlow";
import { DeviceFlow } from "../components/DeviceFlow";
import { EmailFlow } from "../components/EmailFlow";
import { PasswordFlow } from "../components/PasswordFlow";
import { PhoneFlow } from "../components/PhoneFlow";
import { RecoveryEmailFlow } from "../components/RecoveryEmailFlow";
import { Setting } from "../components/Setting";
import { profileRoute } from "../routes";

/** The person's own sign-in: address, password, authenticator app, recovery methods (PLT-084, PLT-085). */
export default function ProfilePage() {
  const { identityProvider } = useMe();
  const elsewhere = identityProvider.type === "ad" ? identityProvider.name : "";
  return (
    <>
      <PageHeader route={profileRoute} description={elsewhere === "" ? t("profile.lead") : undefined} />
      <PageSection>{elsewhere === "" ? <Own /> : <KeptElsewhere provider={elsewhere} />}</PageSection>
    </>
  );
}

function Own() {
  const settings = useSettings();
  return <DataState query={settings}>{(data) => <Settings settings={data} />}</DataState>;
}

/** Whoever came through the customer's own identity provider has no password and no factors here. */
function KeptElsewhere({ provider }: { provider: string }) {
  const { login } = useMe();
  return (
    <Card className="cw-form">
      <CardTitle component="h2">{t("profile.signedin", { name: login.name })}</CardTitle>
      <CardBody>{t("profile.elsewhere", { provider })}</CardBody>
    </Card>
  );
}

function Settings({ settings }: { settings: MySettings }) {
  const [dialog, setDialog] = useSearchState("dialog");
  const { recovery, authenticator } = settings;
  const none = <span className="cw-none">{t("value.none")}</span>;
  const { used, total } = recovery.backupCodes;
  return (
    <div className="cw-stack cw-form">
      <Card>
        <CardTitle component="h2">{t("profile.signedin", { name: settings.userName })}</CardTitle>
        <CardBody>
          <Setting
            title={t("profile.email")}
            value={settings.email}
            note={t("profile.email.body")}
            action={t("profile.email.change")}
            onAction={() => setDialog("email")}
          />
          <Setting title={t("profile.password")} value="••••••••" action={t("profile.password.change")} onAction={() => setDialog("password")} />
        </CardBody>
      </Card>
      <Card>
        <CardTitle component="h2">{t("profile.mfa")}</CardTitle>
        <CardBody>
          <Setting
            title={t("profile.app")}
            value={
              authenticator.enrolledAt === null ? (
                t("profile.app.none")
              ) : (
                <>
                  {t("profile.app.enrolled")} · <Time at={authenticator.enrolledAt} />
                </>
              )
            }
            action={t("profile.app.add")}
            onAction={() => setDialog("device")}
          />
        </CardBody>
      </Card>
      <Card>
        <CardTitle component="h2">{t("profile.recovery")}</CardTitle>
        <CardBody>
          <Content component="p">{t("profile.recovery.body")}</Content>
          <Setting
            title={t("profile.recoveryEmail")}
            value={recovery.email === "" ? none : recovery.email}
            action={recovery.email === "" ? t("profile.recoveryEmail.add") : t("profile.recoveryEmail.change")}
            onAction={() => setDialog("recovery-email")}
          />
          <Setting
            title={t("profile.codes")}
            value={total === 0 ? none : t("profile.codes.used", { used, total })}
            action={total === 0 ? t("profile.codes.generate") : t("profile.codes.replace")}
            onAction={() => setDialog("backup-codes")}
          />
          <Setting
            title={t("profile.phone")}
            value={recovery.phone === "" ? none : recovery.phone}
            note={t("profile.phone.body")}
            action={recovery.phone === "" ? t("profile.phone.add") : t("profile.phone.change")}
            onAction={() => setDialog("phone")}
          />
        </CardBody>
      </Card>
      <Flow dialog={dialog} settings={settings} onClose={() => setDialog("")} />
    </div>
  );
}

interface FlowProps {
  dialog: string;
  settings: MySettings;
  onClose: () => void;
}

function Flow({ dialog, settings, onClose }: FlowProps) {
  const flows: Readonly<Record<string, { title: string; show: typeof DeviceFlow }>> = {
    email: { title: t("profile.email.change"), show: EmailFlow },
    password: { title: t("profile.password.change"), show: PasswordFlow },
    device: { title: t("profile.app.add"), show: DeviceFlow },
    "recovery-email": { title: t("profile.recoveryEmail"), show: RecoveryEmailFlow },
    "backup-codes": { title: t("profile.codes"), show: BackupCodesFlow },
    phone: { title: t("profile.phone"), show: PhoneFlow },
  };
  const flow = flows[dialog];
  if (flow === undefined) return null;
  const Steps = flow.show;
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="profile-flow">
      <ModalHeader title={flow.title} labelId="profile-flow" />
      <Steps settings={settings} onClose={onClose} />
    </Modal>
  );
}
