import type { Administrator, Connection, Location, WorkspaceConfiguration } from "../../api/contract";

/** What a new customer does first, in order. */
export const stepKeys = ["location", "connectors", "provider", "workspace", "administrators"] as const;
export type StepKey = (typeof stepKeys)[number];

/** Connectors that a resource location needs to be highly available (CON-008). */
const enoughConnectors = 2;

/** Administrators that a customer needs, so that one who is away or locked out stops nobody. */
const enoughAdministrators = 2;

/** What is known so far; undefined = not loaded, or the person may not see it. */
export interface Known {
  locations: readonly Location[] | undefined;
  connections: readonly Connection[] | undefined;
  workspace: WorkspaceConfiguration | undefined;
  administrators: readonly Administrator[] | undefined;
}

/** Says which steps are done; undefined = cannot be said. */
export function stepsDone({ locations, connections, workspace, administrators }: Known): Record<StepKey, boolean | undefined> {
  return {
    location: locations && locations.length > 0,
    connectors: locations?.some((l) => l.connectedCount >= enoughConnectors),
    provider: connections && connections.length > 0,
    workspace: workspace && workspace.authentication.method !== "none",
    administrators: administrators && administrators.filter(({ status }) => status === "active").length >= enoughAdministrators,
  };
}

/** The first step that is not done, which is the one to do next. */
export function nextStep(done: Record<StepKey, boolean | undefined>): StepKey | undefined {
  return stepKeys.find((key) => done[key] === false);
}
