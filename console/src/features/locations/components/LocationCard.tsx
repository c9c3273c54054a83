import {
  Card,
  CardBody,
  CardHeader,
  CardTitle,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from "@patternfly/react-core";
import { Link } from "react-router";
import type { Location } from "../../../api/contract/locations";
import { t } from "../../../i18n";
import { locationRoute } from "../routes";
import { LocationActions } from "./LocationActions";
import { LocationId } from "./LocationId";
import { LocationStatus } from "./LocationStatus";

interface Props {
  location: Location;
  /** Domains whose primary resource location it is. */
  primaryFor: readonly string[];
}

export function LocationCard({ location, primaryFor }: Props) {
  const state = t("locations.connected", { connected: location.connectedCount, total: location.connectorCount });
  return (
    <Card isFullHeight>
      <CardHeader actions={{ actions: <LocationActions location={location} />, hasNoOffset: true }}>
        <CardTitle component="h2" className="cw-break cw-card-title">
          <Link to={locationRoute.link({ locationId: location.id })}>{location.name}</Link>
        </CardTitle>
        <LocationId id={location.id} name={location.name} />
      </CardHeader>
      <CardBody>
        <LocationStatus location={location} />
        <DescriptionList isCompact className="cw-gap">
          <DescriptionListGroup>
            <DescriptionListTerm>{t("locations.connectors")}</DescriptionListTerm>
            <DescriptionListDescription>
              <Link to={locationRoute.link({ locationId: location.id })} aria-label={t("locations.connectors.of", { state, name: location.name })}>
                {state}
              </Link>
            </DescriptionListDescription>
          </DescriptionListGroup>
          <DescriptionListGroup>
            <DescriptionListTerm>{t("locations.domains")}</DescriptionListTerm>
            <DescriptionListDescription className="cw-break">
              {location.domains.length === 0 ? <span className="cw-none">{t("value.none")}</span> : location.domains.join(", ")}
            </DescriptionListDescription>
          </DescriptionListGroup>
          {primaryFor.length > 0 && (
            <DescriptionListGroup>
              <DescriptionListTerm>{t("locations.primary")}</DescriptionListTerm>
              <DescriptionListDescription className="cw-break">{primaryFor.join(", ")}</DescriptionListDescription>
            </DescriptionListGroup>
          )}
        </DescriptionList>
      </CardBody>
    </Card>
  );
}
