import type { PlainKey } from "../i18n";
import {
  accountRoute,
  administratorsRoute,
  apiAccessRoute,
  assignRoute,
  authenticationRoute,
  connectDirectoryRoute,
  connectionRoute,
  customSamlRoute,
  directoryAdministratorRoute,
  domainsRoute,
  editOfferingRoute,
  entraRoute,
  homeRoute,
  inactivityRoute,
  inviteRoute,
  libraryRoute,
  locationRoute,
  locationsRoute,
  newOfferingRoute,
  nextStepsRoute,
  offeringRoute,
  profileRoute,
  samlCertificatesRoute,
  samlDraftRoute,
  selfTestRoute,
  systemLogRoute,
  traceRoute,
  tracesRoute,
  workspaceAddressRoute,
  workspaceAppearanceRoute,
  workspaceRoute,
  workspaceSignInRoute,
} from "./links";
import type { AnyRoute } from "./route";

/** Every page of the console. */
export const routes: readonly AnyRoute[] = [
  homeRoute,
  nextStepsRoute,
  locationsRoute,
  locationRoute,
  authenticationRoute,
  administratorsRoute,
  inviteRoute,
  directoryAdministratorRoute,
  apiAccessRoute,
  domainsRoute,
  connectDirectoryRoute,
  connectionRoute,
  samlDraftRoute,
  samlCertificatesRoute,
  entraRoute,
  selfTestRoute,
  libraryRoute,
  newOfferingRoute,
  offeringRoute,
  editOfferingRoute,
  assignRoute,
  workspaceRoute,
  workspaceSignInRoute,
  workspaceAppearanceRoute,
  workspaceAddressRoute,
  customSamlRoute,
  systemLogRoute,
  tracesRoute,
  traceRoute,
  profileRoute,
  accountRoute,
  inactivityRoute,
];

export interface NavigationItem {
  route: AnyRoute;
  /** Addresses that belong to the item begin with this. */
  prefix: string;
  /** Only for people who may open none of these: they reach the page through them. */
  unless?: readonly AnyRoute[];
}

/** The entries of the side navigation, in order. */
export const navigation: readonly NavigationItem[] = [
  { route: homeRoute, prefix: "/" },
  { route: locationsRoute, prefix: "/locations" },
  { route: authenticationRoute, prefix: "/identity" },
  { route: domainsRoute, prefix: "/identity", unless: [authenticationRoute] },
  { route: apiAccessRoute, prefix: "/identity", unless: [authenticationRoute, domainsRoute] },
  { route: libraryRoute, prefix: "/library" },
  { route: workspaceRoute, prefix: "/workspace" },
  { route: tracesRoute, prefix: "/signin-traces" },
  { route: systemLogRoute, prefix: "/system-log" },
];

/** Pages that the command palette offers: those without parameters. */
export const pages: readonly { route: AnyRoute; title: PlainKey }[] = routes
  .filter((route) => !route.path.includes(":"))
  .map((route) => ({ route, title: route.title }));
