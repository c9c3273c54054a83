import type { Domain } from "../../../api/contract/directory";
import { t } from "../../../i18n";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { useSetDomainState } from "../queries";

/** Asks before a domain is enabled, activated or disabled, and says what follows (IAM-031, CON-182). */
export function StateDialog({ domain, onClose }: { domain: Domain; onClose: () => void }) {
  const set = useSetDomainState(domain.name);
  const verb = domain.status === "enabled" ? "disable" : domain.status === "unused" ? "activate" : "enable";
  return (
    <ConfirmDialog
      danger={verb === "disable"}
      title={t(`domains.${verb}.title`, { name: domain.name })}
      confirm={t(`domains.${verb}`)}
      busy={set.isPending}
      error={set.error}
      onConfirm={() => set.mutate(verb !== "disable", { onSuccess: onClose })}
      onClose={onClose}
    >
      {t(`domains.${verb}.body`)}
    </ConfirmDialog>
  );
}
