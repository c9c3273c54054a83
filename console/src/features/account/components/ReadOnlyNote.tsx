import { Alert } from "@patternfly/react-core";
import { useAllowed } from "../../../api/customer";
import { t } from "../../../i18n";

/** Says who may change what a person without full access only sees. */
export function ReadOnlyNote() {
  if (useAllowed("full_access")) return null;
  return <Alert isInline isPlain variant="info" title={t("account.readonly")} />;
}
