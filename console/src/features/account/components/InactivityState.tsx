import { Alert, Content } from "@patternfly/react-core";
import { Link } from "react-router";
import type { Inactivity } from "../../../api/contract/account";
import { useAllowed } from "../../../api/customer";
import { t } from "../../../i18n";
import { inactivityRoute } from "../routes";

/** Whether sessions end by themselves, and the warning when they do not (PLT-174). */
export function InactivityState({ inactivity: { enabled, minutes } }: { inactivity: Inactivity }) {
  const mayChange = useAllowed("full_access");
  return (
    <>
      {enabled ? (
        <Content component="p">{t("inactivity.is.on", { hours: Math.floor(minutes / 60), minutes: minutes % 60 })}</Content>
      ) : (
        <Alert isInline variant="warning" title={t("inactivity.is.off")}>
          {t("inactivity.warning")}
        </Alert>
      )}
      {mayChange && (
        <p className="cw-gap">
          <Link to={inactivityRoute.link()} aria-label={`${t("inactivity.change")}: ${t("inactivity.title")}`}>
            {t("inactivity.change")}
          </Link>
        </p>
      )}
    </>
  );
}
