import { Alert, Button, Flex, FlexItem, PageSection, Title } from "@patternfly/react-core";
import { PlusIcon } from "@patternfly/react-icons";
import { useNavigate, useParams } from "react-router";
import type { Location } from "../../../api/contract/locations";
import { useAllowed } from "../../../api/customer";
import { ConnectorDownload } from "../../../app/ConnectorDownload";
import { t } from "../../../i18n";
import { DataState, Nothing } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { useSearchState } from "../../../ui/useSearchState";
import { AddConnectorDialog } from "../components/AddConnectorDialog";
import { ConnectorTable } from "../components/ConnectorTable";
import { LocationActions } from "../components/LocationActions";
import { LocationId } from "../components/LocationId";
import { LocationStatus } from "../components/LocationStatus";
import { useConnectors, useResourceLocation } from "../queries";
import { locationRoute, locationsRoute } from "../routes";

export default function LocationPage() {
  const { locationId = "" } = useParams();
  const location = useResourceLocation(locationId);
  if (location.data) return <Ready location={location.data} />;
  return (
    <>
      <PageHeader route={locationRoute} />
      <PageSection>
        <DataState query={location}>{() => null}</DataState>
      </PageSection>
    </>
  );
}

function Ready({ location }: { location: Location }) {
  const navigate = useNavigate();
  const connectors = useConnectors(location.id);
  const [dialog, setDialog] = useSearchState("dialog");
  // The parameter file holds a service principal with full access, which nobody may make who has less.
  const mayAdd = useAllowed("full_access");
  const add = mayAdd && (
    <Button icon={<PlusIcon />} onClick={() => setDialog("add-connector")}>
      {t("connectors.add")}
    </Button>
  );
  return (
    <>
      <PageHeader
        route={locationRoute}
        name={location.name}
        badge={<LocationStatus location={location} />}
        description={<LocationId id={location.id} name={location.name} />}
        actions={
          <Flex columnGap={{ default: "columnGapSm" }}>
            {mayAdd && <FlexItem>{add}</FlexItem>}
            <FlexItem>
              <LocationActions location={location} onDeleted={() => void navigate(locationsRoute.link())} />
            </FlexItem>
          </Flex>
        }
      />
      <PageSection>
        {!location.redundant && (
          <Alert isInline variant="warning" title={t("locations.redundancy.title")}>
            {t("locations.redundancy.body")}
          </Alert>
        )}
        <div className="cw-header cw-gap">
          <Title headingLevel="h2">{t("locations.connectors")}</Title>
          {location.connectorCount > 0 && <ConnectorDownload />}
        </div>
        <DataState
          query={connectors}
          empty={{
            when: (page) => page.items.length === 0,
            show: (
              <Nothing
                title={t("connectors.none.title")}
                actions={
                  <>
                    {add}
                    <ConnectorDownload />
                  </>
                }
              >
                {mayAdd ? t("connectors.none.body") : t("connectors.none.denied")}
              </Nothing>
            ),
          }}
        >
          {(page) => <ConnectorTable connectors={page.items} />}
        </DataState>
      </PageSection>
      {dialog === "add-connector" && mayAdd && <AddConnectorDialog location={location} onClose={() => setDialog("")} />}
    </>
  );
}
