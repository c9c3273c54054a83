import { useState } from "react";
import { useNavigate } from "react-router";
import { useAllowed } from "../../../../api/customer";
import type { ConnectionSummary } from "../../../../api/contract/connections";
import { workspaceRoute } from "../../../../app/links";
import { t } from "../../../../i18n";
import { type Action, ActionsMenu } from "../../../../ui/ActionsMenu";
import { connectionRoute } from "../../routes";
import { CloneDialog } from "./CloneDialog";
import { ConnectionChangeDialog } from "./ConnectionChangeDialog";
import { DeleteConnectionDialog } from "./DeleteConnectionDialog";

type Dialog = "rename" | "url" | "clone" | "delete";

interface Props {
  connection: ConnectionSummary;
  /** The page of the connection itself has no "View". */
  onPage?: boolean;
  onDeleted?: () => void;
}

/** The menu of a connection, with exactly the documented entries (SSO-246). */
export function ConnectionActions({ connection, onPage = false, onDeleted }: Props) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const mayWorkspace = useAllowed(workspaceRoute.needs);
  const navigate = useNavigate();
  const close = () => setDialog(null);
  const view: Action = { label: t("action.view"), onClick: () => void navigate(connectionRoute.link({ connectionId: connection.id })) };
  return (
    <>
      <ActionsMenu
        label={t("actions.for", { name: connection.nickname })}
        actions={[
          {
            label: t("connection.manage"),
            onClick: () => void navigate(workspaceRoute.link()),
            disabledReason: mayWorkspace ? undefined : t("state.denied.hint"),
          },
          { label: t("connection.changeUrl"), onClick: () => setDialog("url") },
          ...(onPage ? [] : [view]),
          { label: t("connection.clone"), onClick: () => setDialog("clone") },
          { label: t("connection.rename"), onClick: () => setDialog("rename") },
          { label: t("connection.delete"), danger: true, onClick: () => setDialog("delete") },
        ]}
      />
      {(dialog === "rename" || dialog === "url") && <ConnectionChangeDialog connectionId={connection.id} what={dialog} onClose={close} />}
      {dialog === "clone" && <CloneDialog connection={connection} onClose={close} />}
      {dialog === "delete" && (
        <DeleteConnectionDialog connection={connection} onClose={close} onDone={() => (onDeleted ? onDeleted() : close())} />
      )}
    </>
  );
}
