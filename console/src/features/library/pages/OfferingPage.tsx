import { Button, Flex, FlexItem, PageSection, Title } from "@patternfly/react-core";
import { PlusIcon } from "@patternfly/react-icons";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import type { Offering } from "../../../api/contract/library";
import { t } from "../../../i18n";
import { ActionsMenu } from "../../../ui/ActionsMenu";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { AssignmentList } from "../components/AssignmentList";
import { DeleteOfferingDialog } from "../components/DeleteOfferingDialog";
import { OfferingDetails } from "../components/OfferingDetails";
import { OfferingIcon } from "../components/OfferingIcon";
import { useOffering } from "../queries";
import { assignRoute, editOfferingRoute, libraryRoute, offeringRoute } from "../routes";

export default function OfferingPage() {
  const { offeringId = "" } = useParams();
  const offering = useOffering(offeringId);
  if (offering.data) return <Ready offering={offering.data.value} />;
  return (
    <>
      <PageHeader route={offeringRoute} />
      <PageSection>
        <DataState query={offering}>{() => null}</DataState>
      </PageSection>
    </>
  );
}

function Ready({ offering }: { offering: Offering }) {
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const offeringId = offering.id;
  const assign = (
    <Button icon={<PlusIcon />} onClick={() => void navigate(assignRoute.link({ offeringId }))}>
      {t("assignments.add")}
    </Button>
  );
  return (
    <>
      <PageHeader
        route={offeringRoute}
        name={offering.name}
        badge={<OfferingIcon offering={offering} />}
        actions={
          <Flex columnGap={{ default: "columnGapSm" }}>
            <FlexItem>
              <Button variant="secondary" onClick={() => void navigate(editOfferingRoute.link({ offeringId }))}>
                {t("offering.edit.action")}
              </Button>
            </FlexItem>
            <FlexItem>
              <ActionsMenu
                label={t("actions.for", { name: offering.name })}
                actions={[{ label: t("action.delete"), danger: true, onClick: () => setDeleting(true) }]}
              />
            </FlexItem>
          </Flex>
        }
      />
      <PageSection>
        <div className="cw-columns">
          <section>
            <div className="cw-header">
              <Title headingLevel="h2">{t("assignments.title")}</Title>
              {offering.assignments > 0 && assign}
            </div>
            <AssignmentList offering={offering} add={assign} />
          </section>
          <OfferingDetails offering={offering} />
        </div>
      </PageSection>
      {deleting && (
        <DeleteOfferingDialog offering={offering} onDone={() => void navigate(libraryRoute.link())} onClose={() => setDeleting(false)} />
      )}
    </>
  );
}
