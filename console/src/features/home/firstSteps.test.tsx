import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Me } from "../../api/contract/session";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import { FirstSteps } from "./components/FirstSteps";

const base = "/alpine4k7q/v1";
const nobody: Me = { ...me, rights: { full: false, permissions: [] } };
const sites: Me = { ...me, rights: { full: false, permissions: ["resource_locations"] } };
const list = (...items: unknown[]) => ({ body: { items, cursor: "" } });
const broken = { status: 500, body: { detail: "The database cannot be reached.", code: "internal" } };
const denied = { status: 403, body: { detail: "Your access does not include it.", code: "denied" } };

const locations = list({ id: "loc_1", name: "Head office", connectedCount: 1, connectorCount: 2, redundant: false, domains: [] });
const answers = {
  [`GET ${base}/locations`]: locations,
  [`GET ${base}/connections`]: list({ id: "con_1" }),
  [`GET ${base}/workspace/configuration`]: { body: { name: "alpine", url: "https://alpine.example", authentication: { method: "none", connectionId: "" }, formerNames: [], choices: [] } },
  [`GET ${base}/administrators`]: list({ id: "adm_1", status: "active" }, { id: "adm_2", status: "inviteSent" }),
};

const progress = () => screen.getByRole("status").textContent;
const step = (title: string) => {
  const found = screen.getAllByRole("listitem").find((item) => within(item).queryByText(title, { selector: ".pf-v6-c-progress-stepper__step-title" }));
  if (found === undefined) throw new Error(`no step "${title}"`);
  return within(found);
};
const offers = () => screen.queryAllByRole("link").map((link) => link.textContent);

it("counts what the server has, and offers what is next", async () => {
  serve(answers);
  renderAs(<FirstSteps />);
  expect(await screen.findByText("2 of 5 steps are done.")).toBeTruthy();
  expect(offers()).toEqual(["View", "Install connectors", "View", "Choose the method", "Add an administrator"]);
});

it("neither counts nor offers anything before there is an answer", () => {
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  renderAs(<FirstSteps />);
  expect(progress()).toBe("Loading");
  expect(offers()).toEqual([]);
  expect(step("Add a resource location").getByText("Loading")).toBeTruthy();
});

it("counts only the steps that a custom administrator may see, and says which he may not", async () => {
  const seen = serve(answers);
  renderAs(<FirstSteps />, sites);
  expect(await screen.findByText("Of the steps that you may see, 1 of 2 are done.")).toBeTruthy();
  expect(offers()).toEqual(["View", "Install connectors"]);
  for (const title of ["Connect an identity provider", "Choose the workspace authentication", "Add a second administrator"]) {
    expect(step(title).getByText("Your access does not include this step."), title).toBeTruthy();
  }
  expect(seen.map(({ path }) => path), "nothing is asked that would be refused").toEqual([`${base}/locations`]);
});

it("says so when the person may see none of the steps", () => {
  serve({});
  renderAs(<FirstSteps />, nobody);
  expect(progress()).toBe("Your access includes none of these steps.");
  expect(offers()).toEqual([]);
});

it("claims no progress and offers nothing when every answer failed, until another attempt works", async () => {
  let works = false;
  serve(Object.fromEntries(Object.entries(answers).map(([key, answer]) => [key, () => (works ? answer : broken)])));
  renderAs(<FirstSteps />);
  expect(await screen.findAllByText("This step could not be checked.")).toHaveLength(5);
  expect(screen.getByText(/Some of the steps could not be checked/)).toBeTruthy();
  expect(progress()).toBe("");
  expect(offers()).toEqual([]);
  works = true;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("2 of 5 steps are done.")).toBeTruthy();
  expect(screen.queryByText(/Some of the steps could not be checked/)).toBeNull();
});

it("counts what could be checked, and takes a refusal of the server for a missing right", async () => {
  serve({ ...answers, [`GET ${base}/connections`]: broken, [`GET ${base}/administrators`]: denied });
  renderAs(<FirstSteps />);
  expect(await screen.findByText("Of the steps that could be checked, 1 of 3 are done.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
  expect(step("Connect an identity provider").getByText("This step could not be checked.")).toBeTruthy();
  expect(step("Add a second administrator").getByText("Your access does not include this step.")).toBeTruthy();
  expect(offers()).toEqual(["View", "Install connectors", "Choose the method"]);
});
