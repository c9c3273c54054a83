import { defineRoute } from "../../app/route";

export const locationsRoute = defineRoute({
  path: "/locations",
  needs: "resource_locations",
  title: "locations.title",
  page: () => import("./pages/LocationsPage"),
});

export const locationRoute = defineRoute({
  path: "/locations/:locationId",
  needs: "resource_locations",
  title: "locations.detail.title",
  parent: locationsRoute,
  page: () => import("./pages/LocationPage"),
});
