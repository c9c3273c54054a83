import { Button, Checkbox, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { type ReactNode, useState } from "react";
import { t } from "../i18n";
import { ProblemAlert } from "./ProblemAlert";

interface Props {
  title: string;
  /** Says which object it is about and what follows. */
  children: ReactNode;
  confirm: string;
  danger?: boolean;
  /** Sentence that must be ticked before the button works. */
  acknowledge?: string;
  busy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be undone or that many people notice. */
export function ConfirmDialog({ title, children, confirm, danger = false, acknowledge, busy, error, onConfirm, onClose }: Props) {
  const [agreed, setAgreed] = useState(acknowledge === undefined);
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="confirm-title" aria-describedby="confirm-body">
      <ModalHeader title={title} labelId="confirm-title" {...(danger ? { titleIconVariant: "warning" as const } : {})} />
      <ModalBody id="confirm-body">
        {children}
        {acknowledge !== undefined && (
          <Checkbox id="confirm-agreed" className="cw-gap" label={acknowledge} isChecked={agreed} onChange={(_, on) => setAgreed(on)} />
        )}
        <ProblemAlert error={error} />
      </ModalBody>
      <ModalFooter>
        <Button variant={danger ? "danger" : "primary"} isDisabled={!agreed || busy} isLoading={busy} onClick={onConfirm}>
          {confirm}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
