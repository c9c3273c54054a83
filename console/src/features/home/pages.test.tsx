import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Me } from "../../api/contract/session";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import NextStepsPage from "./pages/NextStepsPage";

const base = "/alpine4k7q/v1";
const list = (...items: unknown[]) => ({ body: { items, cursor: "" } });
const fresh = {
  [`GET ${base}/locations`]: list(),
  [`GET ${base}/connections`]: list(),
  [`GET ${base}/workspace/configuration`]: { body: { name: "alpine", url: "https://alpine.example", authentication: { method: "none", connectionId: "" }, formerNames: [], choices: [] } },
  [`GET ${base}/administrators`]: list({ id: "adm_1", status: "active" }),
};

const card = (name: string) => {
  const found = screen.getByRole("heading", { name }).closest<HTMLElement>(".pf-v6-c-card");
  if (found === null) throw new Error(`no card "${name}"`);
  return within(found);
};
const open = (answers: Parameters<typeof serve>[0], person: Me = me) => {
  const seen = serve(answers);
  renderAs(<NextStepsPage />, person, "/next-steps");
  return seen;
};

// Spec: PLT-417
it("names what comes after onboarding: identity provider, administrators, trials, licences", async () => {
  open(fresh, { ...me, supportUrl: "https://support.example" });
  for (const name of ["Add an identity provider", "Add administrators", "Request trials", "Allocate licences"]) {
    expect(screen.getByRole("heading", { name }), name).toBeTruthy();
  }
  expect((await screen.findByRole("link", { name: "Connect an identity provider" })).getAttribute("href")).toBe("/identity/authentication");
  expect((await screen.findByRole("link", { name: "Add administrator/group" })).getAttribute("href")).toBe("/identity/administrators/add");
  expect(screen.getAllByRole("link", { name: "Contact support" }).map((link) => link.getAttribute("href"))).toEqual(["https://support.example", "https://support.example"]);
  expect(screen.queryByText("Done")).toBeNull();
});

it("leads nowhere where the operator has named no support", () => {
  open(fresh);
  expect(screen.queryByRole("link", { name: "Contact support" })).toBeNull();
  expect(screen.getAllByText("Ask the operator of this installation.").length).toBe(2);
});

it("shows what is done already, with a way to look at it", async () => {
  open({
    ...fresh,
    [`GET ${base}/administrators`]: list({ id: "adm_1", status: "active" }, { id: "adm_2", status: "active" }),
    [`GET ${base}/locations`]: list({ id: "loc_1", connectedCount: 1 }),
  });
  expect(await card("Add administrators").findByText("Done")).toBeTruthy();
  expect(card("Add administrators").getByRole("link").getAttribute("href")).toBe("/identity/administrators");
  expect(await card("Connect a site").findByRole("link", { name: "Install connectors" }), "one connector is not enough").toBeTruthy();
  expect(card("Connect a site").queryByText("Done")).toBeNull();
});

it("offers a custom administrator only what he may do", async () => {
  const seen = open(fresh, { ...me, rights: { full: false, permissions: ["resource_locations"] } });
  expect(await card("Connect a site").findByRole("link", { name: "Add a resource location" })).toBeTruthy();
  for (const name of ["Add an identity provider", "Add administrators"]) {
    expect(card(name).getByText("Your access does not include this step."), name).toBeTruthy();
    expect(card(name).queryByRole("link"), name).toBeNull();
  }
  expect(seen.map(({ path }) => path)).toEqual([`${base}/locations`]);
});

it("offers nothing that could not be checked", async () => {
  open({ ...fresh, [`GET ${base}/connections`]: { status: 500, body: { detail: "The database cannot be reached.", code: "internal" } } });
  expect(await card("Add an identity provider").findByText("This step could not be checked.")).toBeTruthy();
  expect(card("Add an identity provider").queryByRole("link")).toBeNull();
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});
