import { t } from "../../../../i18n";
import { TextField } from "../../../../ui/Field";
import { useAvailability } from "../../federationQueries";

interface Props {
  id: string;
  value: string;
  /** What the server refused. */
  error: string | undefined;
  /** The identifier that the connection has now; free for itself. */
  present?: string;
  onChange: (value: string) => void;
}

/** Asks how an administrator sign-in URL ends, and says while typing whether it is free (SSO-158, SAM-024). */
export function SignInUrlField({ id, value, error, present = "", onChange }: Props) {
  const available = useAvailability(value === present ? "" : value);
  return (
    <TextField
      id={id}
      label={t("saml.signInUrlId")}
      help={t("saml.signInUrlId.help")}
      required
      value={value}
      error={error ?? (available === false ? t("saml.signInUrlId.taken") : undefined)}
      note={
        <>
          {t("saml.signInUrlId.note", { url: `${window.location.host}/go/${value || "…"}` })} {available === true && <strong>{t("saml.signInUrlId.free")}</strong>}
        </>
      }
      onChange={onChange}
    />
  );
}
