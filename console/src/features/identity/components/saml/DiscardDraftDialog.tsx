import type { UseMutationResult } from "@tanstack/react-query";
import { t } from "../../../../i18n";
import { ConfirmDialog } from "../../../../ui/ConfirmDialog";

interface Props {
  discard: UseMutationResult<void, Error, void>;
  onClose: () => void;
  onDone: () => void;
}

/** Asks before everything typed, and a generated entity ID, are thrown away. */
export function DiscardDraftDialog({ discard, onClose, onDone }: Props) {
  return (
    <ConfirmDialog
      danger
      title={t("saml.discard.title")}
      confirm={t("saml.discard.confirm")}
      busy={discard.isPending}
      error={discard.error}
      onConfirm={() => discard.mutate(undefined, { onSuccess: onDone })}
      onClose={onClose}
    >
      {t("saml.discard.body")}
    </ConfirmDialog>
  );
}
