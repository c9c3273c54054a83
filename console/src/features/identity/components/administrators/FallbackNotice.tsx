import { Alert } from "@patternfly/react-core";
import { t } from "../../../../i18n";
import { useIdentityOptions } from "../../administratorQueries";

/** Warns while one lost login could lock everybody out, if the customer's own identity provider failed. */
export function FallbackNotice() {
  const options = useIdentityOptions();
  if (options.data?.builtInFallback !== false) return null;
  return (
    <Alert isInline variant="warning" className="cw-alert" title={t("administrators.fallback")}>
      {t("administrators.fallback.body")}
    </Alert>
  );
}
