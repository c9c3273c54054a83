import { PageSection } from "@patternfly/react-core";
import { useMe } from "../../../api/customer";
import { t } from "../../../i18n";
import { PageHeader } from "../../../ui/PageHeader";
import { FirstSteps } from "../components/FirstSteps";
import { RecentActivity } from "../components/RecentActivity";
import { WorkspaceCard } from "../components/WorkspaceCard";
import { homeRoute } from "../routes";

export default function HomePage() {
  const { login, customer } = useMe();
  return (
    <>
      <PageHeader
        route={homeRoute}
        name={t("home.welcome", { name: login.name })}
        description={t("home.lead", { customer: customer?.name ?? "" })}
      />
      <PageSection>
        <div className="cw-columns">
          <FirstSteps />
          <div className="cw-stack">
            <WorkspaceCard />
            <RecentActivity />
          </div>
        </div>
      </PageSection>
    </>
  );
}
