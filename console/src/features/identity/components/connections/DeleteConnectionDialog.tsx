import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { Link } from "react-router";
import { useAllowed } from "../../../../api/customer";
import type { ConnectionSummary } from "../../../../api/contract/connections";
import { workspaceRoute } from "../../../../app/links";
import { t } from "../../../../i18n";
import { ConfirmDialog } from "../../../../ui/ConfirmDialog";
import { useDisconnect } from "../../queries";

interface Props {
  connection: ConnectionSummary;
  onClose: () => void;
  onDone: () => void;
}

/** Asks before a connection goes (SAM-030, SSO-252). While the workspace uses it, it says what to do first (SSO-251). */
export function DeleteConnectionDialog({ connection, onClose, onDone }: Props) {
  const disconnect = useDisconnect(connection.id);
  if (connection.usedByWorkspace) return <InUse connection={connection} onClose={onClose} />;
  return (
    <ConfirmDialog
      danger
      title={t("connection.delete.title", { name: connection.nickname })}
      confirm={t("connection.delete.confirm")}
      busy={disconnect.isPending}
      error={disconnect.error}
      onConfirm={() => disconnect.mutate(undefined, { onSuccess: onDone })}
      onClose={onClose}
    >
      {t("connection.delete.body", { id: connection.signInUrlId })}
    </ConfirmDialog>
  );
}

function InUse({ connection, onClose }: Pick<Props, "connection" | "onClose">) {
  const mayWorkspace = useAllowed(workspaceRoute.needs);
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="in-use-title">
      <ModalHeader title={t("connection.delete.title", { name: connection.nickname })} labelId="in-use-title" />
      <ModalBody>
        <Alert
          isInline
          variant="warning"
          title={t("connection.delete.inuse")}
          actionLinks={mayWorkspace && <Link to={workspaceRoute.link()}>{t("connection.delete.inuse.way")}</Link>}
        >
          {t("connection.delete.inuse.body")}
        </Alert>
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onClose}>
          {t("action.close")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
