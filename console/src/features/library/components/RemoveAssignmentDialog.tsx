import type { Assignment, Offering } from "../../../api/contract/library";
import { t } from "../../../i18n";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { useUnassign } from "../queries";

interface Props {
  offering: Offering;
  assignment: Assignment;
  onClose: () => void;
}

/** Takes an offering away from a user or a group (IAM-035). */
export function RemoveAssignmentDialog({ offering, assignment, onClose }: Props) {
  const remove = useUnassign(offering.id, assignment.id);
  return (
    <ConfirmDialog
      danger
      title={t("assignments.remove.title", { name: assignment.name, offering: offering.name })}
      confirm={t("assignments.remove.confirm")}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t(`assignments.remove.${assignment.kind}`)}
    </ConfirmDialog>
  );
}
