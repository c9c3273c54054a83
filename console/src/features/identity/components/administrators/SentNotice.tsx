import { Alert } from "@patternfly/react-core";
import { t } from "../../../../i18n";

/** Says that an invitation is on its way, once the wizard has led back to the list. */
export function SentNotice({ state }: { state: unknown }) {
  const email = typeof state === "object" && state !== null && "invited" in state ? String(state.invited) : "";
  return email === "" ? null : <Alert isInline isLiveRegion variant="success" className="cw-alert" title={t("invite.sent", { email })} />;
}
