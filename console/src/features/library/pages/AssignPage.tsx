import { PageSection } from "@patternfly/react-core";
import { useParams } from "react-router";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { AssignForm } from "../components/AssignForm";
import { useOffering } from "../queries";
import { assignRoute } from "../routes";

export default function AssignPage() {
  const { offeringId = "" } = useParams();
  const offering = useOffering(offeringId);
  const name = offering.data && t("assign.heading", { name: offering.data.value.name });
  return (
    <>
      <PageHeader route={assignRoute} description={t("assign.lead")} {...(name === undefined ? {} : { name })} />
      <PageSection>
        <DataState query={offering}>{({ value }) => <AssignForm offering={value} />}</DataState>
      </PageSection>
    </>
  );
}
