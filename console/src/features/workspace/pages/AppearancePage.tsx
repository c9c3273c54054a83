import { PageSection } from "@patternfly/react-core";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { AppearanceForm } from "../components/AppearanceForm";
import { WorkspaceTabs } from "../components/WorkspaceTabs";
import { useAppearance } from "../queries";
import { workspaceAppearanceRoute } from "../routes";

export default function AppearancePage() {
  const appearance = useAppearance();
  return (
    <>
      <PageHeader route={workspaceAppearanceRoute} description={t("workspace.appearance.lead")} />
      <WorkspaceTabs active={workspaceAppearanceRoute.path} />
      <PageSection>
        <DataState query={appearance}>{({ value, etag }) => <AppearanceForm appearance={value} etag={etag} />}</DataState>
      </PageSection>
    </>
  );
}
