import { Alert, Button, PageSection } from "@patternfly/react-core";
import { Link, useLocation, useNavigate, useParams } from "react-router";
import { useAllowed } from "../../../api/customer";
import type { Connection } from "../../../api/contract/connections";
import { workspaceRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useRoundTrip } from "../../../ui/useRoundTrip";
import { useSearchState } from "../../../ui/useSearchState";
import { AdfsFiles } from "../components/connections/AdfsFiles";
import { CertificateBanners } from "../components/connections/CertificateBanners";
import { ConnectionActions } from "../components/connections/ConnectionActions";
import { ConnectionLabel } from "../components/connections/ConnectionLabel";
import { ConnectionSettings } from "../components/connections/ConnectionSettings";
import { KeyProposals } from "../components/connections/KeyProposals";
import { MetadataSourceForm } from "../components/connections/MetadataSourceForm";
import { RejectedKeys } from "../components/connections/RejectedKeys";
import { RotationState } from "../components/connections/RotationState";
import { DraftWarnings } from "../components/saml/DraftWarnings";
import { ConnectionTestDialog } from "../components/test/ConnectionTestDialog";
import { useConnection, useConnectionActions } from "../federationQueries";
import { authenticationRoute, connectionRoute } from "../routes";

/** A saved connection, to look at (SAM-127, SAM-128). */
export default function ConnectionPage() {
  const { connectionId = "" } = useParams();
  const connection = useConnection(connectionId);
  if (connection.data) return <Ready connection={connection.data.value} etag={connection.data.etag} />;
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

function Ready({ connection, etag }: { connection: Connection; etag: string }) {
  const navigate = useNavigate();
  const { state } = useLocation();
  const mayWorkspace = useAllowed(workspaceRoute.needs);
  const test = useTestOf(connection.id);
  return (
    <>
      <PageHeader
        route={connectionRoute}
        name={connection.nickname}
        badge={<ConnectionLabel status={connection.status} />}
        description={t("connection.lead")}
        actions={
          <span className="cw-buttons">
            <Button variant="secondary" isLoading={test.busy} isDisabled={test.busy} onClick={test.run}>
              {t("saml.testOnly")}
            </Button>
            <ConnectionActions connection={connection} onPage onDeleted={() => void navigate(authenticationRoute.link())} />
          </span>
        }
      />
      <PageSection>
        <div className="cw-stack cw-form">
          {isFinished(state) && (
            <Alert
              isInline
              variant="success"
              title={t("connection.finished")}
              actionLinks={mayWorkspace && !connection.usedByWorkspace && <Link to={workspaceRoute.link()}>{t("connection.finished.next")}</Link>}
            />
          )}
          <ProblemAlert error={test.error} />
          <CertificateBanners connection={connection} etag={etag} />
          <DraftWarnings warnings={connection.warnings} />
          {!connection.adminCapable && <Alert isInline variant="info" title={t("connection.legacy")}>{t("connection.legacy.body")}</Alert>}
          <KeyProposals connection={connection} />
          <ConnectionSettings connection={connection} etag={etag} />
          <MetadataSourceForm key={connection.metadata.url} connection={connection} etag={etag} />
          <RejectedKeys connection={connection} />
          <RotationState connection={connection} />
          <AdfsFiles connection={connection} />
        </div>
      </PageSection>
      {test.id !== "" && <ConnectionTestDialog testId={test.id} blockedUrl={test.blockedUrl} onAgain={test.run} onClose={test.close} />}
    </>
  );
}

/** The test of the page's connection; its ID is in the address, so that a test can be left and found again. */
function useTestOf(connectionId: string) {
  const [id, setId] = useSearchState("test");
  const { blockedUrl, run } = useRoundTrip();
  const { test } = useConnectionActions(connectionId);
  const begin = () =>
    run(() => test.mutateAsync()).then(
      ({ testId }) => setId(testId),
      () => undefined, // the page tells why
    );
  return { id, blockedUrl, busy: test.isPending, error: test.error, run: () => void begin(), close: () => setId("") };
}
