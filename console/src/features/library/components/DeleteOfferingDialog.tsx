import type { Offering } from "../../../api/contract/library";
import { t } from "../../../i18n";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { useDeleteOffering } from "../queries";

interface Props {
  offering: Offering;
  onDone: () => void;
  onClose: () => void;
}

export function DeleteOfferingDialog({ offering, onDone, onClose }: Props) {
  const remove = useDeleteOffering(offering.id);
  return (
    <ConfirmDialog
      danger
      title={t("offering.delete.title", { name: offering.name })}
      confirm={t("offering.delete.confirm")}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onDone })}
      onClose={onClose}
    >
      {t("offering.delete.body")}
    </ConfirmDialog>
  );
}
