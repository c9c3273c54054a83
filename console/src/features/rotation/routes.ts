import { defineRoute } from "../../app/route";

/** The page above; written out, because features do not import each other. */
const identity = { title: "identity.title", path: "/identity/authentication", needs: "full_access" } as const;

export const samlCertificatesRoute = defineRoute({
  path: "/identity/saml-certificates",
  needs: "full_access",
  title: "rotation.page",
  parent: identity,
  page: () => import("./pages/SamlCertificatesPage"),
});
