import type { ConnectionSummary } from "../../../api/contract";
import { t } from "../../../i18n";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { useDisconnect } from "../queries";

interface Props {
  connection: ConnectionSummary;
  onClose: () => void;
  onDone: () => void;
}

/** Asks before a connection goes (SAM-030). The server refuses while the workspace uses it (SAM-028). */
export function DisconnectDialog({ connection, onClose, onDone }: Props) {
  const disconnect = useDisconnect(connection.id);
  return (
    <ConfirmDialog
      danger
      title={t("connection.disconnect.title", { name: connection.nickname })}
      confirm={t("connection.disconnect.confirm")}
      busy={disconnect.isPending}
      error={disconnect.error}
      onConfirm={() => disconnect.mutate(undefined, { onSuccess: onDone })}
      onClose={onClose}
    >
      {t("connection.disconnect.body")}
    </ConfirmDialog>
  );
}
