import { Alert } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useAllowed, useCustomer } from "../../../api/customer";
import { domainsQuery } from "../../../api/queries";
import { locationsRoute } from "../../../app/links";
import { t } from "../../../i18n";

const enoughConnectors = 2;

/** Says that Active Directory has to be connected first, or with one connector more (SAM-009, IAM-184, IAM-188). */
export function DirectoryNotice() {
  const domains = useQuery(domainsQuery(useCustomer().id));
  const mayLocations = useAllowed(locationsRoute.needs);
  if (domains.data === undefined) return null;
  const single = domains.data.items.filter((domain) => domain.connectors < enoughConnectors).map((domain) => domain.name);
  if (domains.data.items.length > 0 && single.length === 0) return null;

  return (
    <Alert
      isInline
      className="cw-alert"
      variant="warning"
      title={domains.data.items.length === 0 ? t("directory.none.title") : t("directory.single.title")}
      actionLinks={mayLocations && <Link to={locationsRoute.link()}>{t("directory.action")}</Link>}
    >
      {domains.data.items.length === 0 ? t("directory.none.body") : t("directory.single.body", { domains: single.join(", ") })}
    </Alert>
  );
}
