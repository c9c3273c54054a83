import { defineRoute } from "../../app/route";

/** The page above; written out, because features do not import each other. */
const identity = { title: "identity.title", path: "/identity/authentication", needs: "full_access" } as const;

export const domainsRoute = defineRoute({
  path: "/identity/domains",
  needs: "domains",
  title: "domains.title",
  parent: identity,
  page: () => import("./pages/DomainsPage"),
});

export const connectDirectoryRoute = defineRoute({
  path: "/identity/connect-directory",
  needs: "domains",
  title: "connectDirectory.title",
  parent: identity,
  page: () => import("./pages/ConnectDirectoryPage"),
});
