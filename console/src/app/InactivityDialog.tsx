import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useEffect, useState } from "react";
import { t, tn } from "../i18n";
import { useSignOut } from "./queries";

/** Warns that the session ends soon because nobody has done anything; any answer but signing out keeps it. */
export default function InactivityDialog({ endsAt, onStay }: { endsAt: string; onStay: () => void }) {
  const signOut = useSignOut();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.round((Date.parse(endsAt) - now) / 1_000));

  return (
    <Modal variant="small" isOpen onClose={onStay} aria-labelledby="inactivity-title" aria-describedby="inactivity-body">
      <ModalHeader title={t("session.idle.title")} labelId="inactivity-title" />
      <ModalBody id="inactivity-body">
        {t("session.idle.body")} <strong role="timer">{tn("session.idle.seconds", seconds)}</strong>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onStay}>{t("session.idle.stay")}</Button>
        <Button variant="link" onClick={() => signOut.mutate(false)}>
          {t("session.signout")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
