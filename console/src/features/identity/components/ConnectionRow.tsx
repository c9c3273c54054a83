import { Content, Label } from "@patternfly/react-core";
import { Td, Tr } from "@patternfly/react-table";
import { Link } from "react-router";
import type { ConnectionSummary } from "../../../api/contract";
import { t } from "../../../i18n";
import { Copy } from "../../../ui/Copy";
import { connectionRoute } from "../routes";
import { ConnectionActions } from "./ConnectionActions";

/** One connection below its type, with the address where administrators sign in through it. */
export function ConnectionRow({ connection }: { connection: ConnectionSummary }) {
  return (
    <Tr>
      <Td colSpan={3} dataLabel={t("connection.title")} modifier="breakWord">
        <div className="cw-nested">
          <Link to={connectionRoute.link({ connectionId: connection.id })}>{connection.nickname}</Link>{" "}
          {connection.usedByWorkspace && (
            <Label isCompact color="blue">
              {t("connection.usedByWorkspace")}
            </Label>
          )}
          <Content component="small" className="cw-break">
            {t("connection.signInUrl")} <Copy inline label={t("connection.signInUrl")} value={connection.signInUrl} /> {t("connection.signInUrl.later")}
          </Content>
        </div>
      </Td>
      <Td dataLabel={t("providers.column.status")}>
        <Label status={connection.status === "connected" ? "success" : "danger"}>{t(`providers.status.${connection.status}`)}</Label>
      </Td>
      <Td isActionCell>
        <ConnectionActions connection={connection} />
      </Td>
    </Tr>
  );
}
