import type { UseMutationResult } from "@tanstack/react-query";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { TextField } from "../../../ui/Field";
import { FlowForm } from "../../../ui/FlowForm";

interface Props {
  label: string;
  note: string;
  email: string;
  onChange: (email: string) => void;
  send: UseMutationResult<void, Error, string>;
  onClose: () => void;
}

/** Asks for an address and has a code mailed to it. */
export function AddressStep({ label, note, email, onChange, send, onClose }: Props) {
  return (
    <FlowForm
      action={t("profile.email.send")}
      busy={send.isPending}
      error={send.error}
      fields={["email"]}
      onSubmit={() => send.mutate(email.trim())}
      onClose={onClose}
    >
      <TextField
        id="profile-address"
        type="email"
        autoComplete="email"
        label={label}
        note={note}
        required
        value={email}
        error={send.error instanceof ApiError ? send.error.field("email") : undefined}
        onChange={onChange}
      />
    </FlowForm>
  );
}
