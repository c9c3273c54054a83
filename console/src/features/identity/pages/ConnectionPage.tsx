import { Alert, Label, PageSection } from "@patternfly/react-core";
import { Link, useLocation, useNavigate, useParams } from "react-router";
import type { Connection } from "../../../api/contract";
import { useAllowed } from "../../../api/customer";
import { workspaceRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { ConnectionActions } from "../components/ConnectionActions";
import { ConnectionSettings } from "../components/saml/ConnectionSettings";
import { useConnection } from "../queries";
import { authenticationRoute, connectionRoute } from "../routes";

/** A saved connection, to look at (SAM-127, SAM-128). */
export default function ConnectionPage() {
  const { connectionId = "" } = useParams();
  const connection = useConnection(connectionId);
  if (connection.data) return <Ready connection={connection.data.value} />;
  return (
    <>
      <PageHeader route={connectionRoute} />
      <PageSection>
        <DataState query={connection}>{() => null}</DataState>
      </PageSection>
    </>
  );
}

function isFinished(state: unknown): boolean {
  return typeof state === "object" && state !== null && "finished" in state;
}

function Ready({ connection }: { connection: Connection }) {
  const navigate = useNavigate();
  const { state } = useLocation();
  const mayWorkspace = useAllowed(workspaceRoute.needs);
  return (
    <>
      <PageHeader
        route={connectionRoute}
        name={connection.nickname}
        badge={
          <Label status={connection.status === "connected" ? "success" : "danger"}>{t(`providers.status.${connection.status}`)}</Label>
        }
        description={t("connection.lead")}
        actions={
          <ConnectionActions connection={connection} onPage onDisconnected={() => void navigate(authenticationRoute.link())} />
        }
      />
      <PageSection>
        {isFinished(state) && (
          <Alert
            isInline
            variant="success"
            title={t("connection.finished")}
            className="cw-alert"
            actionLinks={mayWorkspace && !connection.usedByWorkspace && <Link to={workspaceRoute.link()}>{t("connection.finished.next")}</Link>}
          />
        )}
        {connection.status === "certificate_expired" && (
          <Alert isInline variant="danger" title={t("connection.expired")} className="cw-alert" />
        )}
        <ConnectionSettings connection={connection} />
      </PageSection>
    </>
  );
}
