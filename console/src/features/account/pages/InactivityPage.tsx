import { PageSection } from "@patternfly/react-core";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { InactivityForm } from "../components/InactivityForm";
import { useInactivity } from "../queries";
import { inactivityRoute } from "../routes";

export default function InactivityPage() {
  const inactivity = useInactivity();
  return (
    <>
      <PageHeader route={inactivityRoute} description={t("inactivity.lead")} />
      <PageSection>
        <DataState query={inactivity}>{({ value, etag }) => <InactivityForm inactivity={value} etag={etag} />}</DataState>
      </PageSection>
    </>
  );
}
