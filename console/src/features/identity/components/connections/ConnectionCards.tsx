import { Card, CardBody, CardHeader, CardTitle, Content, Label } from "@patternfly/react-core";
import { Link } from "react-router";
import type { ConnectionSummary } from "../../../../api/contract/connections";
import { t } from "../../../../i18n";
import { Copy } from "../../../../ui/Copy";
import { connectionRoute } from "../../routes";
import { ConnectionActions } from "./ConnectionActions";
import { ConnectionLabel } from "./ConnectionLabel";

/** Each connection with its name, the address where administrators sign in through it, and its state (SSO-250). */
export function ConnectionCards({ connections }: { connections: readonly ConnectionSummary[] }) {
  if (connections.length === 0) return null;
  return (
    <div className="cw-cards cw-values">
      {connections.map((connection) => (
        <Card key={connection.id} isCompact>
          <CardHeader actions={{ actions: <ConnectionActions connection={connection} />, hasNoOffset: true }}>
            <CardTitle component="h2" className="cw-break">
              <Link to={connectionRoute.link({ connectionId: connection.id })}>{connection.nickname}</Link>
            </CardTitle>
          </CardHeader>
          <CardBody>
            <div className="cw-buttons">
              <ConnectionLabel status={connection.status} />
              <Label variant="outline">{t(`provider.${connection.type}`)}</Label>
              {connection.usedByWorkspace && <Label color="blue">{t("connection.usedByWorkspace")}</Label>}
            </div>
            {connection.signInUrl !== "" && (
              <Content component="small" className="cw-break cw-gap">
                {t("connection.signInUrl.card")} <Copy inline label={t("connection.signInUrl")} value={connection.signInUrl} />
              </Content>
            )}
          </CardBody>
        </Card>
      ))}
    </div>
  );
}
