import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Detection, Domain } from "../../api/contract/directory";
import type { Me } from "../../api/contract/session";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import ConnectDirectoryPage from "./pages/ConnectDirectoryPage";
import DomainsPage from "./pages/DomainsPage";

const base = "/alpine4k7q/v1/directory";
const list = `GET ${base}/domains`;
const software = "GET /alpine4k7q/v1/connector-software";
const build = { platform: "linux-amd64", fileName: "causeway-connector-linux-amd64", size: 13_700_000, sha256: "ab".repeat(32) };
const headOffice = { id: "loc_1", name: "Head office" };
const branch = { id: "loc_2", name: "Branch" };
const corp: Domain = {
  name: "corp.example", forest: "corp.example", netbios: "CORP", status: "enabled", connectors: 2, connected: 1, forestConnectors: 2,
  locations: [headOffice, branch], primaryLocation: null, warning: "",
};
const lab: Domain = { ...corp, name: "lab.example", forest: "lab.example", status: "unused", warning: "Only one connector serves the forest lab.example." };
const domainsOnly: Me = { ...me, rights: { full: false, permissions: ["domains"] } };

const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));
const row = (name: string) => screen.getByRole("row", { name: new RegExp(name) });

/** Plays the server's domains, with the state that the requests leave. */
function play(...domains: Domain[]) {
  const state = new Map(domains.map((domain) => [domain.name, domain]));
  const set = (name: string, change: Partial<Domain>) => {
    const next = { ...(state.get(name) ?? corp), ...change };
    state.set(name, next);
    return { body: next };
  };
  return {
    state,
    seen: serve({
      [list]: () => ({ body: { items: [...state.values()], cursor: "" } }),
      [`PUT ${base}/domains/corp.example/primary-location`]: (body) => set("corp.example", { primaryLocation: [headOffice, branch].find(({ id }) => id === (body as { locationId: string }).locationId) ?? null }),
      [`DELETE ${base}/domains/corp.example/primary-location`]: () => {
        set("corp.example", { primaryLocation: null });
        return { status: 204 };
      },
      [`PUT ${base}/domains/corp.example/state`]: (body) => set("corp.example", { status: (body as { enabled: boolean }).enabled ? "enabled" : "disabled" }),
      [`PUT ${base}/domains/lab.example/state`]: () => set("lab.example", { status: "enabled" }),
    }),
  };
}

// Spec: IAM-030, IAM-033, CON-067, CON-182
it("lists the domains by forest, flags a forest with one connector and a domain that nobody uses", async () => {
  play(corp, lab);
  renderAs(<DomainsPage />, me, "/identity/domains");
  const table = await screen.findByRole("grid", { name: "Domains of the forest corp.example" });
  expect(within(table).getByRole("row", { name: /CORP/ }).textContent).toBe("corp.exampleCORPEnabled1 of 2 connectedAny");
  const forest = screen.getByRole("heading", { name: "Forest lab.example" }).closest("section");
  expect(within(forest as HTMLElement).getByText("Only one connector serves the forest lab.example.")).toBeTruthy();
  expect(screen.getAllByText("Fewer than two connectors").length, "the other forest has two").toBe(1);
  expect(within(row("lab.example")).getByText("Unused")).toBeTruthy();
});

it("sorts the domains of each forest and shows the columns that the address names, and hides one by hand", async () => {
  play({ ...corp, name: "a.corp.example", connected: 2 }, corp, lab);
  renderAs(<DomainsPage />, me, "/identity/domains?sort=connectors&columns=domain,connectors");
  const table = within(await screen.findByRole("grid", { name: "Domains of the forest corp.example" }));
  const order = () => table.getAllByRole("button", { name: /^Resource locations of/ }).map((button) => button.getAttribute("aria-label")?.split(" ").at(-1));
  const heads = () => table.getAllByRole("columnheader").map(({ textContent }) => textContent);
  expect(order()).toEqual(["corp.example", "a.corp.example"]);
  expect(heads()).toEqual(["Resource locations", "Domain", "Cloud Connectors", "Actions"]);
  await userEvent.click(table.getByRole("button", { name: "Domain" }));
  expect(order()).toEqual(["a.corp.example", "corp.example"]);
  await press("Columns");
  await userEvent.click(await screen.findByRole("checkbox", { name: "Cloud Connectors" }));
  expect(heads()).toEqual(["Resource locations", "Domain", "Actions"]);
});

// Spec: CON-182
it("activates an unused domain after a question", async () => {
  const { seen } = play(corp, lab);
  renderAs(<DomainsPage />, me, "/identity/domains");
  await press("Activate lab.example");
  const dialog = await screen.findByRole("dialog", { name: "Activate lab.example?" });
  expect(seen.some(({ method }) => method === "PUT")).toBe(false);
  await userEvent.click(within(dialog).getByRole("button", { name: "Activate" }));
  await waitFor(() => expect(within(row("lab.example")).queryByText("Unused")).toBeNull());
  expect(seen.find(({ method }) => method === "PUT")?.body).toEqual({ enabled: true });
});

// Spec: IAM-031
it("disables a domain after saying that what is assigned stays", async () => {
  const { seen } = play(corp);
  renderAs(<DomainsPage />, me, "/identity/domains");
  await press("Actions for corp.example");
  await userEvent.click(await screen.findByRole("menuitem", { name: "Disable" }));
  const dialog = await screen.findByRole("dialog", { name: /Disable corp\.example\?/ });
  expect(within(dialog).getByText(/assigned to its people and groups already keeps working/)).toBeTruthy();
  await userEvent.click(within(dialog).getByRole("button", { name: "Disable" }));
  expect(await screen.findByText("Disabled", { selector: ".pf-v6-c-label__text" })).toBeTruthy();
  expect(seen.find(({ method }) => method === "PUT")?.body).toEqual({ enabled: false });
});

describe("the primary resource location", () => {
  // Spec: CON-318, CON-320, CON-325
  it("is chosen from the domain's locations, saved and marked, by keyboard alone", async () => {
    const { seen } = play(corp);
    renderAs(<DomainsPage />, me, "/identity/domains");
    (await screen.findByRole("button", { name: "Resource locations of corp.example" })).focus();
    await userEvent.keyboard("{Enter}");
    screen.getByRole("button", { name: "Set Primary Resource Location" }).focus();
    await userEvent.keyboard("{Enter}");
    expect(screen.getAllByRole("radio").length, "its own locations only").toBe(2);
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
    expect(screen.queryByRole("button", { name: "Reset" }), "there is nothing to reset").toBeNull();
    screen.getByRole("radio", { name: "Branch" }).focus();
    await userEvent.keyboard(" ");
    screen.getByRole("button", { name: "Save" }).focus();
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByText("Branch is now the primary resource location of corp.example.")).toBeTruthy();
    const marked = within(screen.getByRole("list", { name: "Resource locations" })).getAllByRole("listitem").map(({ textContent }) => textContent?.trim());
    expect(marked).toEqual(["Head office", "Branch Primary"]);
    expect(screen.getByRole("button", { name: "Change Primary Resource Location" })).toBeTruthy();
    expect(seen.find(({ method }) => method === "PUT")?.body).toEqual({ locationId: "loc_2" });
  });

  // Spec: CON-319
  it("is not saved by expanding another domain: that collapses the first and throws the choice away", async () => {
    const { seen } = play(corp, lab);
    renderAs(<DomainsPage />, me, "/identity/domains?domain=corp.example");
    await press("Set Primary Resource Location");
    await userEvent.click(screen.getByRole("radio", { name: "Branch" }));
    await press("Resource locations of lab.example");
    expect(screen.queryByRole("radio")).toBeNull();
    expect(screen.getAllByRole("button", { name: "Set Primary Resource Location" }).length, "only one is expanded").toBe(1);
    await press("Resource locations of corp.example");
    await press("Set Primary Resource Location");
    expect(screen.getAllByRole<HTMLInputElement>("radio").some(({ checked }) => checked)).toBe(false);
    expect(seen.some(({ method }) => method === "PUT")).toBe(false);
  });

  // Spec: CON-321, CON-322
  it("is reset only after the warning was acknowledged", async () => {
    const { seen, state } = play({ ...corp, primaryLocation: headOffice });
    renderAs(<DomainsPage />, me, "/identity/domains?domain=corp.example");
    await press("Change Primary Resource Location");
    await press("Reset");
    const dialog = await screen.findByRole("dialog", { name: /Reset the primary resource location/ });
    expect(within(dialog).getByText(/Logon performance might be affected/)).toBeTruthy();
    const confirm = within(dialog).getByRole<HTMLButtonElement>("button", { name: "Confirm Reset" });
    expect(confirm.disabled).toBe(true);
    await userEvent.click(within(dialog).getByRole("checkbox", { name: "I understand the potential impact to subscribers" }));
    await userEvent.click(confirm);
    expect(await screen.findByRole("button", { name: "Set Primary Resource Location" })).toBeTruthy();
    expect(screen.queryByText("Primary")).toBeNull();
    expect(state.get("corp.example")?.primaryLocation).toBeNull();
    expect(seen.find(({ method }) => method === "DELETE")?.query).toBe("acknowledge=true");
  });

  // Spec: CON-324
  it("shows what the server refuses, and offers no change to whom may not", async () => {
    serve({ [list]: { body: { items: [corp], cursor: "" } }, [`PUT ${base}/domains/corp.example/primary-location`]: { status: 403, body: { detail: "This needs the permission Domains." } } });
    const first = renderAs(<DomainsPage />, domainsOnly, "/identity/domains?domain=corp.example");
    await press("Set Primary Resource Location");
    await userEvent.click(screen.getByRole("radio", { name: "Branch" }));
    await press("Save");
    expect(await screen.findByText("This needs the permission Domains.")).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>("radio", { name: "Branch" }).checked, "the choice stays").toBe(true);
    first.unmount();
    renderAs(<DomainsPage />, { ...me, rights: { full: false, permissions: ["resource_locations"] } }, "/identity/domains?domain=corp.example");
    expect(await screen.findByText("Head office")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Set Primary Resource Location" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Actions for corp.example" })).toBeNull();
  });
});

it("leads to the connector while there is no domain", async () => {
  serve({ [list]: { body: { items: [], cursor: "" } }, [software]: { body: { items: [build], cursor: "" } } });
  renderAs(<DomainsPage />, me, "/identity/domains");
  expect(await screen.findByRole("heading", { name: "No domains yet" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Download" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Connect Active Directory" })).toBeTruthy();
});

describe("Connect Active Directory", () => {
  const nothing: Detection = { status: "not_connected", connectors: [], forests: [], missing: [{ code: "no_connectors", forest: "", text: "No connector is installed." }] };
  const forest = { name: "corp.example", domains: ["corp.example"], upnSuffixes: [], locations: ["loc_1"], connectors: 1, connected: 1, warning: "" };

  // Spec: IAM-189
  it("downloads the software", async () => {
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
    serve({ [software]: { body: { items: [build], cursor: "" } } });
    renderAs(<ConnectDirectoryPage />);
    const install = await screen.findByRole<HTMLButtonElement>("button", { name: "Install Connector" });
    await waitFor(() => expect(install.disabled).toBe(false));
    await userEvent.click(install);
    const link = click.mock.instances[0] as unknown as HTMLAnchorElement;
    expect([new URL(link.href).pathname, link.download]).toEqual(["/api/alpine4k7q/v1/connector-software/linux-amd64", build.fileName]);
  });

  // Spec: IAM-190
  it("lists what is missing, then reports success and the way back", async () => {
    let detection = nothing;
    serve({ [software]: { body: { items: [build], cursor: "" } }, [`POST ${base}/detect`]: () => ({ body: detection }) });
    renderAs(<ConnectDirectoryPage />);
    await press("Detect");
    expect(await screen.findByText("No connector is installed.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Return to Authentication" })).toBeNull();
    detection = { status: "enabled", connectors: [], forests: [forest], missing: [{ code: "one_connector", forest: "corp.example", text: "Only one connector serves the forest." }] };
    await press("Detect");
    expect(await screen.findByText("Active Directory is connected")).toBeTruthy();
    expect(screen.getByText("Forests found: corp.example.")).toBeTruthy();
    expect(screen.getByText("Only one connector serves the forest.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Return to Authentication" })).toBeTruthy();
  });
});
