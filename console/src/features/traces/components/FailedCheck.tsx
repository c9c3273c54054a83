import { Alert, DescriptionList } from "@patternfly/react-core";
import { Link } from "react-router";
import type { Trace, TraceFailedCheck } from "../../../api/contract/traces";
import { useAllowed } from "../../../api/customer";
import { connectionRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { settingLabel } from "../../../i18n/settings";
import { ValueRows } from "../../../ui/Values";

/** The check that failed, what it wanted and got, and what to change. */
export function FailedCheck({ trace, check }: { trace: Trace; check: TraceFailedCheck }) {
  const mayConnections = useAllowed(connectionRoute.needs);
  const setting = settingLabel(check.setting);
  const rows = [
    { label: t("traces.check.expected"), value: check.expected },
    { label: t("traces.check.received"), value: check.received },
    { label: t("traces.check.setting"), value: setting },
  ].filter(({ value }) => value !== "");
  return (
    <Alert
      isInline
      variant="danger"
      title={check.title}
      actionLinks={
        mayConnections &&
        trace.connectionId !== "" && (
          <Link to={connectionRoute.link({ connectionId: trace.connectionId })}>{t("traces.check.open", { name: trace.connectionName })}</Link>
        )
      }
    >
      <p>{check.detail}</p>
      <p>{check.hint}</p>
      {rows.length > 0 && (
        <DescriptionList isCompact orientation={{ sm: "vertical", md: "horizontal" }} className="cw-gap">
          <ValueRows rows={rows} />
        </DescriptionList>
      )}
    </Alert>
  );
}
