import { Button, Gallery, PageSection, Toolbar, ToolbarContent } from "@patternfly/react-core";
import { PlusIcon } from "@patternfly/react-icons";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ConnectorDownload } from "../../../app/ConnectorDownload";
import { t } from "../../../i18n";
import { DataState, NoMatch, Nothing } from "../../../ui/DataState";
import { ListSearch } from "../../../ui/ListSearch";
import { PageHeader } from "../../../ui/PageHeader";
import { useSearchState } from "../../../ui/useSearchState";
import { LocationCard } from "../components/LocationCard";
import { LocationNameDialog } from "../components/LocationNameDialog";
import { useCreateLocation, useLocations, usePrimaryDomains } from "../queries";
import { locationRoute, locationsRoute } from "../routes";

export default function LocationsPage() {
  const locations = useLocations();
  const primaryDomains = usePrimaryDomains();
  const create = useCreateLocation();
  const navigate = useNavigate();
  const [search] = useSearchState("q");
  const [adding, setAdding] = useState(false);
  const wanted = search.trim().toLowerCase();
  const add = (
    <Button icon={<PlusIcon />} onClick={() => setAdding(true)}>
      {t("locations.add")}
    </Button>
  );

  return (
    <>
      <PageHeader route={locationsRoute} description={t("locations.lead")} actions={add} />
      <PageSection>
        <DataState
          query={locations}
          empty={{
            when: (page) => page.items.length === 0,
            show: (
              <Nothing
                title={t("locations.none.title")}
                actions={
                  <>
                    {add}
                    <ConnectorDownload />
                  </>
                }
              >
                {t("locations.none.body")}
              </Nothing>
            ),
          }}
        >
          {(page) => {
            const found = page.items.filter((l) => `${l.name} ${l.id}`.toLowerCase().includes(wanted));
            return (
              <>
                <Toolbar>
                  <ToolbarContent>
                    <ListSearch label={t("locations.search")} />
                  </ToolbarContent>
                </Toolbar>
                {found.length === 0 ? (
                  <NoMatch />
                ) : (
                  <Gallery hasGutter minWidths={{ default: "100%", sm: "20rem" }}>
                    {found.map((location) => (
                      <LocationCard key={location.id} location={location} primaryFor={primaryDomains.get(location.id) ?? []} />
                    ))}
                  </Gallery>
                )}
              </>
            );
          }}
        </DataState>
      </PageSection>
      {adding && (
        <LocationNameDialog
          draftKey="locations.new"
          title={t("locations.new.title")}
          initial=""
          mutation={create}
          onClose={() => setAdding(false)}
          onDone={(location) => void navigate(locationRoute.link({ locationId: location.id }))}
        />
      )}
    </>
  );
}
