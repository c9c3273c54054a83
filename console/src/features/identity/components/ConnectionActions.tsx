import { useState } from "react";
import { useNavigate } from "react-router";
import type { ConnectionSummary } from "../../../api/contract";
import { t } from "../../../i18n";
import { ActionsMenu } from "../../../ui/ActionsMenu";
import { connectionRoute } from "../routes";
import { ConnectionChangeDialog } from "./ConnectionChangeDialog";
import { DisconnectDialog } from "./DisconnectDialog";

type Dialog = "rename" | "url" | "disconnect";

interface Props {
  connection: ConnectionSummary;
  /** The page of the connection itself has no "View". */
  onPage?: boolean;
  onDisconnected?: () => void;
}

export function ConnectionActions({ connection, onPage = false, onDisconnected }: Props) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const navigate = useNavigate();
  const close = () => setDialog(null);
  return (
    <>
      <ActionsMenu
        label={t("actions.for", { name: connection.nickname })}
        actions={[
          ...(onPage ? [] : [{ label: t("action.view"), onClick: () => void navigate(connectionRoute.link({ connectionId: connection.id })) }]),
          { label: t("connection.rename"), onClick: () => setDialog("rename") },
          { label: t("connection.changeUrl"), onClick: () => setDialog("url") },
          {
            label: t("connection.disconnect"),
            danger: true,
            onClick: () => setDialog("disconnect"),
            disabledReason: connection.usedByWorkspace ? t("connection.disconnect.inuse") : undefined,
          },
        ]}
      />
      {(dialog === "rename" || dialog === "url") && <ConnectionChangeDialog connectionId={connection.id} what={dialog} onClose={close} />}
      {dialog === "disconnect" && (
        <DisconnectDialog connection={connection} onClose={close} onDone={() => (onDisconnected ? onDisconnected() : close())} />
      )}
    </>
  );
}
