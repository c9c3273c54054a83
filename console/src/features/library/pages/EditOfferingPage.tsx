import { PageSection } from "@patternfly/react-core";
import { useNavigate, useParams } from "react-router";
import type { Versioned } from "../../../api/client";
import type { Offering } from "../../../api/contract/library";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { categoriesOf } from "../categories";
import { OfferingForm } from "../components/OfferingForm";
import { useChangeOffering, useOffering, useOfferings } from "../queries";
import { editOfferingRoute, offeringRoute } from "../routes";

export default function EditOfferingPage() {
  const { offeringId = "" } = useParams();
  const offering = useOffering(offeringId);
  return (
    <>
      <PageHeader route={editOfferingRoute} />
      <PageSection>
        <DataState query={offering}>{(found) => <Edit offering={found} />}</DataState>
      </PageSection>
    </>
  );
}

function Edit({ offering: { value, etag } }: { offering: Versioned<Offering> }) {
  const offerings = useOfferings();
  const change = useChangeOffering(value.id, etag);
  const navigate = useNavigate();
  const { name, address, description, category, icon } = value;
  const back = () => void navigate(offeringRoute.link({ offeringId: value.id }));
  return (
    <OfferingForm
      draftKey={`library.edit.${value.id}`}
      initial={{ name, address, description, category, icon }}
      categories={categoriesOf(offerings.data ?? [])}
      mutation={change}
      onDone={back}
      onCancel={back}
    />
  );
}
