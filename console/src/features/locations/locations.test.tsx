import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { describe, expect, it, vi } from "vitest";
import type { Connector, ConnectorBuild, Location } from "../../api/contract/locations";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import { AddConnectorDialog } from "./components/AddConnectorDialog";
import { ConnectorTable } from "./components/ConnectorTable";
import { LocationActions } from "./components/LocationActions";
import { healthOf } from "./health";
import LocationPage from "./pages/LocationPage";
import LocationsPage from "./pages/LocationsPage";

const location: Location = {
  id: "loc_1", name: "Head office", createdAt: "2026-01-01T00:00:00Z", connectorCount: 1, connectedCount: 1, redundant: false, domains: ["corp.example"],
};
const connector: Connector = {
  id: "conn_1", locationId: "loc_1", name: "c1.corp.example", type: "cloud_connector", contactState: "not_in_contact", problem: "", problemCode: "", version: "0.1.0",
  domain: "corp.example", forest: "corp.example", os: "Debian", registeredAt: "2026-01-01T00:00:00Z", registeredBy: "Dana", lastContactAt: null,
};
const base = "/alpine4k7q/v1/locations";
const build: ConnectorBuild = { platform: "windows-amd64", fileName: "cwconnector.exe", size: 14_000_000, sha256: "ab".repeat(32) };
const software = "GET /alpine4k7q/v1/connector-software";

/** Keeps the addresses that the browser would save from. */
function savedFiles(): string[] {
  const saved: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(`${new URL(this.href).pathname} as ${this.download}`);
  });
  return saved;
}

// Spec: CON-018
it("offers the installer on the page while there is no resource location", async () => {
  const saved = savedFiles();
  serve({ [`GET ${base}`]: { body: { items: [], cursor: "" } }, [software]: { body: { items: [build], cursor: "" } } });
  renderAs(<LocationsPage />, me, "/locations");
  await waitFor(() => expect(screen.getByRole<HTMLButtonElement>("button", { name: "Download" }).disabled).toBe(false));
  await userEvent.click(screen.getByRole("button", { name: "Download" }));
  expect(saved).toEqual(["/api/alpine4k7q/v1/connector-software/windows-amd64 as cwconnector.exe"]);
});

// Spec: CON-019
it("leads from the connectors of a location to the installer", async () => {
  const saved = savedFiles();
  const empty = { ...location, connectorCount: 0, connectedCount: 0 };
  serve({
    [`GET ${base}`]: { body: { items: [empty], cursor: "" } },
    [`GET ${base}/loc_1`]: { body: empty },
    [`GET ${base}/loc_1/connectors`]: { body: { items: [], cursor: "" } },
    [software]: { body: { items: [{ ...build, platform: "linux-amd64", fileName: "causeway-connector" }, build], cursor: "" } },
  });
  renderAs(
    <Routes>
      <Route path="/locations" element={<LocationsPage />} />
      <Route path="/locations/:locationId" element={<LocationPage />} />
    </Routes>,
    me,
    "/locations",
  );
  await userEvent.click(await screen.findByRole("link", { name: "0 of 0 connected: Cloud Connectors of Head office" }));
  await userEvent.click(await screen.findByRole("button", { name: "Download", expanded: false }));
  await userEvent.click(await screen.findByRole("menuitem", { name: /Windows, x86-64/ }));
  expect(saved).toEqual(["/api/alpine4k7q/v1/connector-software/windows-amd64 as cwconnector.exe"]);
});

it("says that another location has the name, at the field", async () => {
  serve({
    [`GET ${base}`]: { body: { items: [location], cursor: "" } },
    [`POST ${base}`]: { status: 409, body: { detail: "Another resource location already has this name.", hint: "Choose another.", code: "location_name_taken" } },
  });
  renderAs(<LocationsPage />, me, "/locations");
  await userEvent.click(await screen.findByRole("button", { name: "Resource Location" }));
  const field = screen.getByRole<HTMLInputElement>("textbox", { name: "Name" });
  await userEvent.type(field, "head office{Enter}");
  expect(await screen.findByText("Another resource location already has this name. Choose another.")).toBeTruthy();
  expect(field.getAttribute("aria-invalid")).toBe("true");
});

it("tells on the card for which domains the location is the primary one", async () => {
  serve({
    [`GET ${base}`]: { body: { items: [location], cursor: "" } },
    "GET /alpine4k7q/v1/directory/domains": {
      body: { items: [{ name: "corp.example", primaryLocation: { id: "loc_1", name: "Head office" } }, { name: "lab.example", primaryLocation: null }], cursor: "" },
    },
  });
  renderAs(<LocationsPage />, me, "/locations");
  const term = await screen.findByText("Primary for");
  expect(term.closest(".pf-v6-c-description-list__group")?.textContent).toBe("Primary forcorp.example");
});

// Spec: CON-008
it.each([
  [0, 0, false, "empty"],
  [2, 0, true, "down"],
  [1, 1, false, "single"],
  [3, 2, true, "degraded"],
  [2, 2, true, "healthy"],
] as const)("%d connectors, %d connected: %s %s", (connectorCount, connectedCount, redundant, health) => {
  expect(healthOf({ ...location, connectorCount, connectedCount, redundant })).toBe(health);
});

// Spec: PLT-433, PLT-443
it("shows the server's objection to a name at the field, and keeps what was typed", async () => {
  const seen = serve({
    [`GET ${base}`]: { body: { items: [location], cursor: "" } },
    [`POST ${base}`]: { status: 400, body: { detail: "No.", code: "invalid_input", errors: [{ field: "name", code: "name_character", detail: "Leave out the slash." }] } },
  });
  renderAs(<LocationsPage />, me, "/locations");
  await screen.findByRole("link", { name: "Head office" });
  await userEvent.click(screen.getByRole("button", { name: "Resource Location" }));
  const field = screen.getByRole<HTMLInputElement>("textbox", { name: "Name" });
  await userEvent.type(field, "a/b{Enter}");
  expect(await screen.findByText("Leave out the slash.")).toBeTruthy();
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(field.value).toBe("a/b");
  expect(seen.at(-1)?.body).toEqual({ name: "a/b" });
});

// Spec: CON-015
it("lists a connector with name, type, status, version, domain and last contact", () => {
  renderAs(<ConnectorTable connectors={[connector]} />);
  const row = screen.getByRole("row", { name: /c1\.corp\.example/ });
  expect(row.textContent).toContain("c1.corp.exampleCloud ConnectorNot in contact0.1.0corp.exampleNever");
});

describe("adding a connector", () => {
  const file = {
    fileName: "head-office.json", content: "{}\n", command: "causeway-connector install --parameters head-office.json",
    channelKeyPins: ["sha256/AAAA"], servicePrincipal: { id: "cli_1", name: "Connector in Head office" },
  };
  it("asks for the terms first, then shows command and pins once", async () => {
    const seen = serve({
      [`POST ${base}/loc_1/parameter-file`]: { body: file },
      "GET /alpine4k7q/v1/connector-software": { body: { items: [build], cursor: "" } },
    });
    renderAs(<AddConnectorDialog location={location} onClose={() => undefined} />);
    const make = screen.getByRole<HTMLButtonElement>("button", { name: "Create parameter file" });
    expect(make.disabled).toBe(true);
    await userEvent.click(screen.getByRole("checkbox"));
    await userEvent.click(make);
    expect(await screen.findByRole("button", { name: "Download parameter file" })).toBeTruthy();
    expect(seen.find(({ method }) => method === "POST")?.body).toEqual({ acceptTermsOfService: true });
    expect(screen.getByText("sha256/AAAA")).toBeTruthy();
  });
});

it("a refused deletion says why and changes nothing", async () => {
  serve({ [`DELETE ${base}/loc_1`]: { status: 409, body: { detail: "It still has connectors.", code: "location_not_empty", transactionId: "txn_9" } } });
  renderAs(<LocationActions location={location} />);
  await userEvent.click(screen.getByRole("button", { name: "Actions for Head office" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  expect(screen.getByRole("dialog", { name: /Delete Head office\?/ })).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Delete resource location" }));
  expect(await screen.findByText("Transaction ID txn_9")).toBeTruthy();
});
