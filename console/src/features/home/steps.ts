import type { Administrator } from "../../api/contract/administrators";
import type { Connection } from "../../api/contract/connections";
import type { Location } from "../../api/contract/locations";
import type { WorkspaceConfiguration } from "../../api/contract/workspace";

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

/**
 * What can be said about a step: `denied` = the person may not see it, `loading` = there is no answer yet, `failed` = there is none
 * to be had.
 */
export type StepState = "done" | "open" | "denied" | "loading" | "failed";

/** The first step that is not done, which is the one to do next; none while an answer is still to come. */
export function nextStep(states: Record<StepKey, StepState>): StepKey | undefined {
  return isLoading(states) ? undefined : stepKeys.find((key) => states[key] === "open");
}

export function isLoading(states: Record<StepKey, StepState>): boolean {
  return Object.values(states).includes("loading");
}

/** How many of the steps that are known are done, and how many are not known. */
export interface Progress {
  done: number;
  /** Steps that are done or open. */
  known: number;
  denied: number;
  failed: number;
}

/** Counts what is known; undefined while an answer is still to come. */
export function progressOf(states: Record<StepKey, StepState>): Progress | undefined {
  if (isLoading(states)) return undefined;
  const count = (state: StepState) => stepKeys.filter((key) => states[key] === state).length;
  const done = count("done");
  return { done, known: done + count("open"), denied: count("denied"), failed: count("failed") };
}
