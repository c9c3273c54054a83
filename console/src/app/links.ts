/**
 * Links between features, which do not import each other: a feature owns its routes, and this file hands them out.
 */
export { accountRoute, inactivityRoute } from "../features/account/routes";
export { homeRoute, nextStepsRoute } from "../features/home/routes";
export { administratorsRoute, apiAccessRoute, authenticationRoute, connectionRoute, inviteRoute, samlDraftRoute } from "../features/identity/routes";
export { locationRoute, locationsRoute } from "../features/locations/routes";
export { profileRoute } from "../features/profile/routes";
export { systemLogRoute } from "../features/systemlog/routes";
export { traceRoute, tracesRoute } from "../features/traces/routes";
export { workspaceRoute } from "../features/workspace/routes";
