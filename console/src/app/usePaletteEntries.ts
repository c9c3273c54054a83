import { useQuery } from "@tanstack/react-query";
import { allows, useMe } from "../api/customer";
import { connectionsQuery, locationsQuery } from "../api/queries";
import { t } from "../i18n";
import { connectionRoute, locationRoute } from "./links";
import { pages } from "./navigation";

export interface Entry {
  label: string;
  /** What sort of thing it is, in words. */
  kind: string;
  to: string;
}

const shown = 12;

/** Entries whose label or kind holds every word of the search, pages first. */
export function matching(entries: readonly Entry[], search: string): Entry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((e) => words.every((word) => `${e.label} ${e.kind}`.toLowerCase().includes(word))).slice(0, shown);
}

/** Pages, resource locations and connections that the person may open and that the search finds. */
export function useEntries(search: string): Entry[] {
  const me = useMe();
  const customerId = me.customer?.id ?? "";
  const locations = useQuery({ ...locationsQuery(customerId), enabled: customerId !== "" && allows(me, locationRoute.needs) });
  const connections = useQuery({ ...connectionsQuery(customerId), enabled: customerId !== "" && allows(me, connectionRoute.needs) });

  return matching(
    [
      ...pages.filter(({ route }) => allows(me, route.needs)).map(({ route, title }) => ({ label: t(title), kind: t("palette.page"), to: route.path })),
      ...(locations.data?.items ?? []).map((l) => ({ label: l.name, kind: t("palette.location"), to: locationRoute.link({ locationId: l.id }) })),
      ...(connections.data?.items ?? []).map((c) => ({
        label: c.nickname,
        kind: t("palette.connection"),
        to: connectionRoute.link({ connectionId: c.id }),
      })),
    ],
    search,
  );
}
