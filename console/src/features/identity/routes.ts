import { defineRoute } from "../../app/route";

export const authenticationRoute = defineRoute({
  path: "/identity/authentication",
  needs: "full_access",
  title: "identity.title",
  page: () => import("./pages/AuthenticationPage"),
});

export const administratorsRoute = defineRoute({
  path: "/identity/administrators",
  needs: "full_access",
  title: "administrators.title",
  parent: authenticationRoute,
  page: () => import("./pages/AdministratorsPage"),
});

export const inviteRoute = defineRoute({
  path: "/identity/administrators/add",
  needs: "full_access",
  title: "administrators.add",
  parent: administratorsRoute,
  page: () => import("./pages/InvitePage"),
});

export const apiAccessRoute = defineRoute({
  path: "/identity/api-access",
  needs: "secure_clients",
  title: "apiaccess.title",
  parent: authenticationRoute,
  page: () => import("./pages/ApiAccessPage"),
});

export const connectionRoute = defineRoute({
  path: "/identity/connections/:connectionId",
  needs: "full_access",
  title: "connection.title",
  parent: authenticationRoute,
  page: () => import("./pages/ConnectionPage"),
});

export const samlDraftRoute = defineRoute({
  path: "/identity/drafts/:draftId",
  needs: "full_access",
  title: "saml.configure.title",
  parent: authenticationRoute,
  page: () => import("./pages/SamlDraftPage"),
});

export const selfTestRoute = defineRoute({
  path: "/identity/saml-self-test",
  needs: "full_access",
  title: "selftest.title",
  parent: authenticationRoute,
  page: () => import("./pages/SelfTestPage"),
});

export const directoryAdministratorRoute = defineRoute({
  path: "/identity/administrators/add-from-directory",
  needs: "full_access",
  title: "administrators.add",
  parent: administratorsRoute,
  page: () => import("./pages/DirectoryAdministratorPage"),
});

export const entraRoute = defineRoute({
  path: "/identity/entra",
  needs: "full_access",
  title: "entra.title",
  parent: authenticationRoute,
  page: () => import("./pages/EntraPage"),
});
