import { PageSection } from "@patternfly/react-core";
import { useNavigate } from "react-router";
import { PageHeader } from "../../../ui/PageHeader";
import { categoriesOf } from "../categories";
import { OfferingForm } from "../components/OfferingForm";
import { useCreateOffering, useOfferings } from "../queries";
import { libraryRoute, newOfferingRoute, offeringRoute } from "../routes";

const empty = { name: "", address: "", description: "", category: "", icon: "" };

export default function NewOfferingPage() {
  const offerings = useOfferings();
  const create = useCreateOffering();
  const navigate = useNavigate();
  return (
    <>
      <PageHeader route={newOfferingRoute} />
      <PageSection>
        <OfferingForm
          draftKey="library.new"
          initial={empty}
          categories={categoriesOf(offerings.data ?? [])}
          mutation={create}
          onDone={({ id }) => void navigate(offeringRoute.link({ offeringId: id }))}
          onCancel={() => void navigate(libraryRoute.link())}
        />
      </PageSection>
    </>
  );
}
