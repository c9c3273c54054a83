import { List, ListItem } from "@patternfly/react-core";
import type { Administrator } from "../../../../api/contract";
import { t } from "../../../../i18n";
import { ConfirmDialog } from "../../../../ui/ConfirmDialog";
import { useDeleteAdministrators } from "../../administratorQueries";
import { nameOf } from "./columns";

interface Props {
  administrators: readonly Administrator[];
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks before administrators or invitations are deleted, with their names and what follows. */
export function DeleteDialog({ administrators, onClose, onDeleted }: Props) {
  const remove = useDeleteAdministrators();
  const [first, ...others] = administrators;
  if (first === undefined) return null;
  const single = others.length === 0;
  const name = nameOf(first);
  return (
    <ConfirmDialog
      danger
      title={single ? t("administrators.delete.title", { name }) : t("administrators.delete.many.title", { count: administrators.length })}
      confirm={t("administrators.delete")}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(administrators, { onSuccess: onDeleted })}
      onClose={onClose}
    >
      {single ? (
        t(first.status === "active" ? "administrators.delete.body" : "administrators.delete.invitation", { name })
      ) : (
        <>
          {t("administrators.delete.many.body")}
          <List className="cw-gap">
            {administrators.map((each) => (
              <ListItem key={each.id}>{nameOf(each)}</ListItem>
            ))}
          </List>
        </>
      )}
    </ConfirmDialog>
  );
}
