import { Label } from "@patternfly/react-core";
import type { Location } from "../../../api/contract/locations";
import { t } from "../../../i18n";
import { healthOf, statusOfHealth } from "../health";

export function LocationStatus({ location }: { location: Location }) {
  const health = healthOf(location);
  return <Label status={statusOfHealth[health]}>{t(`locations.health.${health}`)}</Label>;
}
