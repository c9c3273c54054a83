import type { Domain } from "../../../api/contract/directory";
import { t } from "../../../i18n";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { useResetPrimary } from "../queries";

interface Props {
  domain: Domain;
  onDone: () => void;
  onClose: () => void;
}

/** Warns of slower logons, and wants that acknowledged, before the primary resource location is taken away (CON-321, CON-322). */
export function ResetDialog({ domain, onDone, onClose }: Props) {
  const reset = useResetPrimary(domain.name);
  return (
    <ConfirmDialog
      danger
      title={t("domains.reset.title")}
      confirm={t("domains.reset.confirm")}
      acknowledge={t("domains.reset.agree")}
      busy={reset.isPending}
      error={reset.error}
      onConfirm={() => reset.mutate(undefined, { onSuccess: onDone })}
      onClose={onClose}
    >
      {t("domains.reset.body", { name: domain.name })}
    </ConfirmDialog>
  );
}
