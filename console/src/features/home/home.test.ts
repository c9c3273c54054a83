import { expect, it } from "vitest";
import type { Location } from "../../api/contract/locations";
import type { WorkspaceConfiguration } from "../../api/contract/workspace";
import { nextStep, progressOf, type StepKey, type StepState, stepsDone } from "./steps";

const location = (connectedCount: number): Location => ({
  id: "loc_1",
  name: "Head office",
  createdAt: "2026-01-01T00:00:00Z",
  connectorCount: 2,
  connectedCount,
  redundant: true,
  domains: [],
});
const workspace = (method: "none" | "saml"): WorkspaceConfiguration => ({
  name: "alpine",
  customHost: "",
  formerNames: [],
  url: "https://alpine.example",
  authentication: { method, connectionId: "" },
  choices: [],
});

const states = (some: Partial<Record<StepKey, StepState>>): Record<StepKey, StepState> => ({
  location: "done",
  connectors: "open",
  provider: "open",
  workspace: "done",
  administrators: "open",
  ...some,
});

it("the first steps follow the real state", () => {
  const nothing = stepsDone({ locations: [], connections: [], workspace: workspace("none"), administrators: [] });
  expect(nothing).toEqual({ location: false, connectors: false, provider: false, workspace: false, administrators: false });

  const one = stepsDone({ locations: [location(1)], connections: [], workspace: workspace("none"), administrators: [] });
  expect(one, "one connector is not enough").toMatchObject({ location: true, connectors: false });

  const site = stepsDone({ locations: [location(1), location(2)], connections: [], workspace: workspace("saml"), administrators: undefined });
  expect(site).toEqual({ location: true, connectors: true, provider: false, workspace: true, administrators: undefined });
});

it("what cannot be seen is neither done nor open", () => {
  const unknown = stepsDone({ locations: undefined, connections: undefined, workspace: undefined, administrators: undefined });
  expect(Object.values(unknown)).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

it("the next step is the first that is known to be open, once everything is answered", () => {
  expect(nextStep(states({}))).toBe("connectors");
  expect(nextStep(states({ connectors: "denied" }))).toBe("provider");
  expect(nextStep(states({ connectors: "failed", provider: "done", administrators: "denied" }))).toBeUndefined();
  expect(nextStep(states({ administrators: "loading" }))).toBeUndefined();
});

it("counts only what is known, and nothing before everything is answered", () => {
  expect(progressOf(states({}))).toEqual({ done: 2, known: 5, denied: 0, failed: 0 });
  expect(progressOf(states({ location: "denied", connectors: "denied", provider: "failed" }))).toEqual({ done: 1, known: 2, denied: 2, failed: 1 });
  expect(progressOf(states({ location: "loading" }))).toBeUndefined();
});
