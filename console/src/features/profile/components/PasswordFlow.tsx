import { useState } from "react";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { TextField } from "../../../ui/Field";
import { useSavePassword } from "../queries";
import { FlowForm } from "../../../ui/FlowForm";

/** Changes the password; the present one is the proof of who is there. */
export function PasswordFlow({ onClose }: { onClose: () => void }) {
  const [input, setInput] = useState({ current: "", new: "" });
  const save = useSavePassword();
  const refused = (name: string) => (save.error instanceof ApiError ? save.error.field(name) : undefined);
  return (
    <FlowForm
      action={t("profile.password.save")}
      busy={save.isPending}
      error={save.error}
      fields={["current", "new"]}
      onSubmit={() => save.mutate(input, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextField
        id="profile-password-current"
        type="password"
        autoComplete="current-password"
        label={t("profile.password.current")}
        required
        value={input.current}
        error={refused("current")}
        onChange={(current) => setInput((old) => ({ ...old, current }))}
      />
      <TextField
        id="profile-password-new"
        type="password"
        autoComplete="new-password"
        label={t("profile.password.new")}
        note={t("profile.password.body")}
        required
        value={input.new}
        error={refused("new")}
        onChange={(value) => setInput((old) => ({ ...old, new: value }))}
      />
    </FlowForm>
  );
}
