import type { Connector } from "../../../api/contract/locations";
import { t } from "../../../i18n";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { useRemoveConnector } from "../queries";

export function RemoveConnectorDialog({ connector, onClose }: { connector: Connector; onClose: () => void }) {
  const remove = useRemoveConnector(connector.id);
  return (
    <ConfirmDialog
      danger
      title={t("connectors.remove.title", { name: connector.name })}
      confirm={t("connectors.remove.confirm")}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t("connectors.remove.body")}
    </ConfirmDialog>
  );
}
