import { PageSection } from "@patternfly/react-core";
import { IdentityTabs } from "../../../app/IdentityTabs";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { Extractor } from "../components/Extractor";
import { FetchTable } from "../components/FetchTable";
import { PlanTimeline } from "../components/PlanTimeline";
import { SigningCertificates } from "../components/SigningCertificates";
import { Steps } from "../components/Steps";
import { useRotation } from "../queries";
import { samlCertificatesRoute } from "../routes";

/** Our SAML signing certificates: the plan of their rotation, the certificates, and which identity providers are prepared. */
export default function SamlCertificatesPage() {
  const rotation = useRotation();
  return (
    <>
      <PageHeader route={samlCertificatesRoute} description={t("rotation.lead")} />
      <IdentityTabs active={samlCertificatesRoute.path} />
      <PageSection>
        <div className="cw-stack">
          <DataState query={rotation}>
            {({ plan, certificates, connections }) => (
              <>
                <PlanTimeline plan={plan} />
                <SigningCertificates certificates={certificates} />
                <Steps />
                <FetchTable connections={connections} hasNext={certificates.some(({ state }) => state === "next")} />
              </>
            )}
          </DataState>
          <Extractor />
        </div>
      </PageSection>
    </>
  );
}
