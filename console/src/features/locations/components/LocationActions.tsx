import { useState } from "react";
import type { Location } from "../../../api/contract/locations";
import { t } from "../../../i18n";
import { ActionsMenu } from "../../../ui/ActionsMenu";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { useDeleteLocation, useRenameLocation } from "../queries";
import { LocationNameDialog } from "./LocationNameDialog";

/** Rename and delete, for the card and for the page of a resource location. */
export function LocationActions({ location, onDeleted }: { location: Location; onDeleted?: () => void }) {
  const [dialog, setDialog] = useState<"rename" | "delete" | null>(null);
  const rename = useRenameLocation(location.id);
  const remove = useDeleteLocation(location.id);
  const close = () => {
    remove.reset();
    setDialog(null);
  };
  return (
    <>
      <ActionsMenu
        label={t("actions.for", { name: location.name })}
        actions={[
          { label: t("action.rename"), onClick: () => setDialog("rename") },
          { label: t("action.delete"), danger: true, onClick: () => setDialog("delete") },
        ]}
      />
      {dialog === "rename" && (
        <LocationNameDialog
          draftKey={`locations.rename.${location.id}`}
          title={t("locations.rename.title", { name: location.name })}
          initial={location.name}
          mutation={rename}
          onClose={close}
        />
      )}
      {dialog === "delete" && (
        <ConfirmDialog
          danger
          title={t("locations.delete.title", { name: location.name })}
          confirm={t("locations.delete.confirm")}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() =>
            remove.mutate(undefined, {
              onSuccess: () => {
                close();
                onDeleted?.();
              },
            })
          }
          onClose={close}
        >
          {location.connectorCount === 0 ? t("locations.delete.body") : t("locations.delete.inuse")}
        </ConfirmDialog>
      )}
    </>
  );
}
