import { Button, Card, CardBody, CardTitle, Content, PageSection } from "@patternfly/react-core";
import { Link, useNavigate } from "react-router";
import { useAllowed } from "../../../api/customer";
import { ConnectorChecksums } from "../../../app/ConnectorChecksums";
import { ConnectorDownload } from "../../../app/ConnectorDownload";
import { authenticationRoute, domainsRoute, locationsRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { DetectionResult } from "../components/DetectionResult";
import { useDetect } from "../queries";
import { connectDirectoryRoute } from "../routes";

/** Install connectors, then look whether they reach a directory (IAM-189, IAM-190). */
export default function ConnectDirectoryPage() {
  const detect = useDetect();
  const navigate = useNavigate();
  const mayLocations = useAllowed(locationsRoute.needs);
  const back = useAllowed(authenticationRoute.needs) ? authenticationRoute : domainsRoute;
  const connected = detect.data?.status === "enabled";
  return (
    <>
      <PageHeader route={connectDirectoryRoute} description={t("connectDirectory.lead")} />
      <PageSection>
        <div className="cw-stack cw-form">
          <Card>
            <CardTitle component="h2">{t("connectDirectory.install")}</CardTitle>
            <CardBody>
              <div className="cw-stack">
                <Content component="p">{t("connectDirectory.install.body")}</Content>
                <div className="cw-buttons">
                  <ConnectorDownload label={t("connectDirectory.install.action")} variant="primary" />
                  {mayLocations && <Link to={locationsRoute.link()}>{t("connectDirectory.install.locations")}</Link>}
                </div>
                <ConnectorChecksums />
              </div>
            </CardBody>
          </Card>
          <Card>
            <CardTitle component="h2">{t("connectDirectory.detect")}</CardTitle>
            <CardBody>
              <div className="cw-stack">
                <Content component="p">{t("connectDirectory.detect.body")}</Content>
                <ProblemAlert error={detect.error} />
                {detect.data !== undefined && <DetectionResult detection={detect.data} />}
                <div className="cw-buttons">
                  {connected && (
                    <Button onClick={() => void navigate(back.link())}>
                      {back === authenticationRoute ? t("connectDirectory.back") : t("domains.title")}
                    </Button>
                  )}
                  <Button
                    variant={connected ? "link" : "primary"}
                    isLoading={detect.isPending}
                    isDisabled={detect.isPending}
                    spinnerAriaLabel={t("connectDirectory.busy")}
                    onClick={() => detect.mutate()}
                  >
                    {t("domains.detect")}
                  </Button>
                </div>
              </div>
            </CardBody>
          </Card>
        </div>
      </PageSection>
    </>
  );
}
