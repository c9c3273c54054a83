/**
 * Links between features, which do not import each other: a feature owns its routes, and this file hands them out.
 */
export { accountRoute, inactivityRoute } from "../features/account/routes";
export { connectDirectoryRoute, domainsRoute } from "../features/directory/routes";
export { homeRoute, nextStepsRoute } from "../features/home/routes";
export {
  administratorsRoute,
  apiAccessRoute,
  authenticationRoute,
  connectionRoute,
  directoryAdministratorRoute,
  entraRoute,
  inviteRoute,
  samlDraftRoute,
  selfTestRoute,
} from "../features/identity/routes";
export { assignRoute, editOfferingRoute, libraryRoute, newOfferingRoute, offeringRoute } from "../features/library/routes";
export { locationRoute, locationsRoute } from "../features/locations/routes";
export { profileRoute } from "../features/profile/routes";
export { samlCertificatesRoute } from "../features/rotation/routes";
export { systemLogRoute } from "../features/systemlog/routes";
export { traceRoute, tracesRoute } from "../features/traces/routes";
export { customSamlRoute, workspaceAddressRoute, workspaceAppearanceRoute, workspaceRoute, workspaceSignInRoute } from "../features/workspace/routes";
