import { useMe } from "../api/customer";
import { t } from "../i18n";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { useSignOut } from "./queries";

export function SignOutEverywhereDialog({ onClose }: { onClose: () => void }) {
  const { login } = useMe();
  const signOut = useSignOut();
  return (
    <ConfirmDialog
      title={t("session.everywhere.title")}
      confirm={t("session.everywhere.confirm")}
      busy={signOut.isPending}
      error={signOut.error}
      onConfirm={() => signOut.mutate(true)}
      onClose={onClose}
    >
      {t("session.everywhere.body", { name: login.email })}
    </ConfirmDialog>
  );
}
