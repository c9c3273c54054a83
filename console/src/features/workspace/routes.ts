import { defineRoute } from "../../app/route";

export const workspaceRoute = defineRoute({
  path: "/workspace/authentication",
  needs: "workspace_configuration",
  title: "workspace.title",
  page: () => import("./pages/WorkspacePage"),
});

export const workspaceSignInRoute = defineRoute({
  path: "/workspace/sign-in",
  needs: "workspace_configuration",
  title: "workspace.signin.title",
  parent: workspaceRoute,
  page: () => import("./pages/SignInPage"),
});

export const workspaceAppearanceRoute = defineRoute({
  path: "/workspace/appearance",
  needs: "workspace_configuration",
  title: "workspace.appearance.title",
  parent: workspaceRoute,
  page: () => import("./pages/AppearancePage"),
});

export const workspaceAddressRoute = defineRoute({
  path: "/workspace/address",
  needs: "workspace_configuration",
  title: "workspace.address.title",
  parent: workspaceRoute,
  page: () => import("./pages/AddressPage"),
});

export const customSamlRoute = defineRoute({
  path: "/workspace/custom-domain/saml",
  needs: "full_access",
  title: "domain.saml.title",
  parent: workspaceAddressRoute,
  page: () => import("./pages/CustomSamlPage"),
});
