import { Alert } from "@patternfly/react-core";
import { t } from "../../../../i18n";

/** Says what the page that led here has done: sent an invitation, or added somebody of the directory. */
export function SentNotice({ state }: { state: unknown }) {
  const told = (name: string) => (typeof state === "object" && state !== null && name in state ? String(Reflect.get(state, name)) : "");
  const email = told("invited");
  const added = told("added");
  if (email === "" && added === "") return null;
  return (
    <Alert
      isInline
      isLiveRegion
      variant="success"
      className="cw-alert"
      title={email === "" ? t("directoryadmin.added", { name: added }) : t("invite.sent", { email })}
    />
  );
}
