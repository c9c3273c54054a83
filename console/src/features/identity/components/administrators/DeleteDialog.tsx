import { List, ListItem } from "@patternfly/react-core";
import type { Administrator } from "../../../../api/contract/administrators";
import { t } from "../../../../i18n";
import { ConfirmDialog } from "../../../../ui/ConfirmDialog";
import { useDeleteAdministrators } from "../../administratorQueries";
import { isGroup, nameOf } from "./columns";

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
  const group = administrators.some(isGroup);
  return (
    <ConfirmDialog
      danger
      acknowledge={group ? t("administrators.delete.group.agree") : undefined}
      title={single ? t(isGroup(first) ? "administrators.delete.group.title" : "administrators.delete.title", { name }) : t("administrators.delete.many.title", { count: administrators.length })}
      confirm={single && isGroup(first) ? t("action.delete") : t("administrators.delete")}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(administrators, { onSuccess: onDeleted })}
      onClose={onClose}
    >
      {single ? (
        consequence(first)
      ) : (
        <>
          {t("administrators.delete.many.body")} {group && t("administrators.delete.group.body")}
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

/** What follows for one administrator, group or invitation. */
function consequence(administrator: Administrator): string {
  if (isGroup(administrator)) return t("administrators.delete.group.body");
  return t(administrator.status === "active" ? "administrators.delete.body" : "administrators.delete.invitation", { name: nameOf(administrator) });
}
