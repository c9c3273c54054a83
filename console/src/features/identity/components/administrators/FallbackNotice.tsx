import { Alert } from "@patternfly/react-core";
import type { Administrator } from "../../../../api/federation";
import { t } from "../../../../i18n";

const enough = 2;

/** Warns while at most one administrator could still get in if no identity provider of the customer's own worked. */
export function FallbackNotice({ administrators }: { administrators: readonly Administrator[] }) {
  const builtIn = administrators.filter((each) => each.identityProvider === "citrix" && each.status === "active" && each.access === "full").length;
  if (builtIn >= enough) return null;
  return (
    <Alert isInline variant="warning" className="cw-alert" title={t(builtIn === 0 ? "administrators.fallback.empty" : "administrators.fallback.single")}>
      {t("administrators.fallback.body")}
    </Alert>
  );
}
