import { ApiError } from "../api/problem";
import { TextField } from "./Field";

interface Props {
  label: string;
  note?: string;
  value: string;
  onChange: (code: string) => void;
  error: unknown;
  /** Six digits; backup codes have letters too. */
  digits?: boolean;
}

/** A code from a device, a mail or the list of backup codes. */
export function CodeField({ label, note, value, onChange, error, digits = true }: Props) {
  return (
    <TextField
      id="profile-code"
      label={label}
      required
      digits={digits}
      autoComplete="one-time-code"
      value={value}
      {...(note === undefined ? {} : { note })}
      error={error instanceof ApiError ? error.field("code") : undefined}
      onChange={onChange}
    />
  );
}
