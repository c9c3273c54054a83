import { useQueries, useQuery } from "@tanstack/react-query";
import { allows, useMe } from "../api/customer";
import { administratorsQuery, connectionsQuery, connectorsQuery, domainsQuery, locationsQuery, offeringsQuery } from "../api/queries";
import { t } from "../i18n";
import { administratorsRoute, connectionRoute, domainsRoute, locationRoute, offeringRoute } from "./links";
import { pages } from "./navigation";

export interface Entry {
  label: string;
  /** What sort of thing it is, in words. */
  kind: string;
  to: string;
  /** The customer to change to first; absent = the present one. */
  customerId?: string;
}

const shown = 12;
/** Lists with an entry for each machine or person are searched once this much is typed. */
const enoughTyped = 2;

/** Entries whose label or kind holds every word of the search, pages first. */
export function matching(entries: readonly Entry[], search: string): Entry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((e) => words.every((word) => `${e.label} ${e.kind}`.toLowerCase().includes(word))).slice(0, shown);
}

/**
 * Pages, customers, resource locations, domains, offerings, connectors, connections and administrators that the person may open and that
 * the search finds.
 */
export function useEntries(search: string): Entry[] {
  const me = useMe();
  const customerId = me.customer?.id ?? "";
  const may = (route: { needs: Parameters<typeof allows>[1] }) => customerId !== "" && allows(me, route.needs);
  const searching = search.trim().length >= enoughTyped;
  const locations = useQuery({ ...locationsQuery(customerId), enabled: may(locationRoute) });
  const sites = locations.data?.items ?? [];
  const connectors = useQueries({ queries: sites.map((site) => ({ ...connectorsQuery(customerId, site.id), enabled: searching && may(locationRoute) })) });
  const connections = useQuery({ ...connectionsQuery(customerId), enabled: may(connectionRoute) });
  const domains = useQuery({ ...domainsQuery(customerId), enabled: may(domainsRoute) });
  const offerings = useQuery({ ...offeringsQuery(customerId), enabled: searching && may(offeringRoute) });
  const administrators = useQuery({ ...administratorsQuery(customerId), enabled: searching && may(administratorsRoute) });

  return matching(
    [
      ...pages.filter(({ route }) => allows(me, route.needs)).map(({ route, title }) => ({ label: t(title), kind: t("palette.page"), to: route.path })),
      ...sites.map((l) => ({ label: l.name, kind: t("palette.location"), to: locationRoute.link({ locationId: l.id }) })),
      ...(connections.data?.items ?? []).map((c) => ({
        label: c.nickname,
        kind: t("palette.connection"),
        to: connectionRoute.link({ connectionId: c.id }),
      })),
      ...(domains.data?.items ?? []).map(({ name }) => ({ label: name, kind: t("palette.domain"), to: domainsRoute.link(undefined, { domain: name }) })),
      ...(offerings.data ?? []).map((o) => ({ label: o.name, kind: t("palette.offering"), to: offeringRoute.link({ offeringId: o.id }) })),
      ...me.customers
        .filter((c) => c.id !== customerId)
        .map((c) => ({ label: `${c.name} · ${c.orgId} · ${c.id}`, kind: t("palette.customer"), to: "/", customerId: c.id })),
      ...connectors
        .flatMap(({ data }) => data?.items ?? [])
        .map((c) => ({ label: c.name, kind: t("palette.connector"), to: locationRoute.link({ locationId: c.locationId }) })),
      ...(administrators.data?.items ?? []).map((a) => ({
        label: [a.displayName, a.email].filter((part) => part !== "").join(" · "),
        kind: t("palette.administrator"),
        to: administratorsRoute.link(undefined, { q: a.email === "" ? a.displayName : a.email }),
      })),
    ],
    search,
  );
}
