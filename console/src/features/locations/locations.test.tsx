import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Connector, Location } from "../../api/contract";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import { AddConnectorDialog } from "./components/AddConnectorDialog";
import { ConnectorTable } from "./components/ConnectorTable";
import { LocationActions } from "./components/LocationActions";
import { healthOf } from "./health";
import LocationsPage from "./pages/LocationsPage";

const location: Location = {
  id: "loc_1", name: "Head office", createdAt: "2026-01-01T00:00:00Z", connectorCount: 1, connectedCount: 1, redundant: false, domains: ["corp.example"],
};
const connector: Connector = {
  id: "conn_1", locationId: "loc_1", name: "c1.corp.example", type: "cloud_connector", contactState: "not_in_contact", problem: "", problemCode: "", version: "0.1.0",
  domain: "corp.example", forest: "corp.example", os: "Debian", registeredAt: "2026-01-01T00:00:00Z", registeredBy: "Dana", lastContactAt: null,
};
const base = "/alpine4k7q/v1/locations";

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
    const seen = serve({ [`POST ${base}/loc_1/parameter-file`]: { body: file } });
    renderAs(<AddConnectorDialog location={location} onClose={() => undefined} />);
    const make = screen.getByRole<HTMLButtonElement>("button", { name: "Create parameter file" });
    expect(make.disabled).toBe(true);
    await userEvent.click(screen.getByRole("checkbox"));
    await userEvent.click(make);
    expect(await screen.findByRole("button", { name: "Download parameter file" })).toBeTruthy();
    expect(seen[0]?.body).toEqual({ acceptTermsOfService: true });
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
