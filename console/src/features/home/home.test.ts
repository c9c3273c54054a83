import { expect, it } from "vitest";
import type { Location, WorkspaceConfiguration } from "../../api/contract";
import { nextStep, stepsDone } from "./steps";

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
  url: "https://alpine.example",
  authentication: { method, connectionId: "" },
  choices: [],
});

it("the first steps follow the real state", () => {
  const nothing = stepsDone({ locations: [], connections: [], workspace: workspace("none"), administrators: [] });
  expect(nothing).toEqual({ location: false, connectors: false, provider: false, workspace: false, administrators: false });
  expect(nextStep(nothing)).toBe("location");

  const one = stepsDone({ locations: [location(1)], connections: [], workspace: workspace("none"), administrators: [] });
  expect(nextStep(one), "one connector is not enough").toBe("connectors");

  const site = stepsDone({ locations: [location(1), location(2)], connections: [], workspace: workspace("saml"), administrators: undefined });
  expect(site).toEqual({ location: true, connectors: true, provider: false, workspace: true, administrators: undefined });
});

it("what cannot be seen is neither done nor open", () => {
  const unknown = stepsDone({ locations: undefined, connections: undefined, workspace: undefined, administrators: undefined });
  expect(nextStep(unknown)).toBeUndefined();
  expect(Object.values(unknown)).toEqual([undefined, undefined, undefined, undefined, undefined]);
});
