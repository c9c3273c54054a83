import { defineRoute } from "../../app/route";

export const libraryRoute = defineRoute({
  path: "/library",
  needs: "workspace_configuration",
  title: "library.title",
  page: () => import("./pages/LibraryPage"),
});

export const newOfferingRoute = defineRoute({
  path: "/library/add",
  needs: "workspace_configuration",
  title: "library.add",
  parent: libraryRoute,
  page: () => import("./pages/NewOfferingPage"),
});

export const offeringRoute = defineRoute({
  path: "/library/:offeringId",
  needs: "workspace_configuration",
  title: "offering.title",
  parent: libraryRoute,
  page: () => import("./pages/OfferingPage"),
});

export const editOfferingRoute = defineRoute({
  path: "/library/:offeringId/edit",
  needs: "workspace_configuration",
  title: "offering.edit",
  parent: libraryRoute,
  page: () => import("./pages/EditOfferingPage"),
});

export const assignRoute = defineRoute({
  path: "/library/:offeringId/assign",
  needs: "workspace_configuration",
  title: "assign.title",
  parent: libraryRoute,
  page: () => import("./pages/AssignPage"),
});
