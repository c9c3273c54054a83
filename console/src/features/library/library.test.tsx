import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { describe, expect, it } from "vitest";
import type { DirectoryFound, Domain } from "../../api/contract/directory";
import type { Assignment, Offering } from "../../api/contract/library";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import AssignPage from "./pages/AssignPage";
import EditOfferingPage from "./pages/EditOfferingPage";
import LibraryPage from "./pages/LibraryPage";
import NewOfferingPage from "./pages/NewOfferingPage";
import OfferingPage from "./pages/OfferingPage";

const base = "/alpine4k7q/v1";
const payroll: Offering = {
  id: "off_1", name: "Payroll", description: "Payslips", address: "https://payroll.example", icon: "", category: "Finance", assignments: 1, createdAt: "2026-01-01T00:00:00Z",
};
const wiki: Offering = { ...payroll, id: "off_2", name: "Wiki", description: "Knowledge", address: "https://wiki.example", category: "", assignments: 0 };
const group: Assignment = {
  id: "asg_1", kind: "group", sid: "S-1-5-21-1-2-3-1301", name: "Finance staff", domain: "corp.example", forest: "corp.example", assignedAt: "2026-01-01T00:00:00Z", assignedBy: "Dana Admin",
};
const domain: Domain = {
  name: "corp.example", forest: "corp.example", netbios: "CORP", status: "enabled", connectors: 2, connected: 2, forestConnectors: 2, locations: [], primaryLocation: null, warning: "",
};
const noor: DirectoryFound["items"][number] = {
  sid: "S-1-5-21-1-2-3-1105", guid: "", kind: "user", name: "Noor Subscriber", displayName: "Noor Subscriber", upn: "noor@corp.example", sam: "noor", description: "",
  domain: "corp.example", forest: "corp.example", disabled: false,
};
const sales = { ...noor, sid: "S-1-5-21-1-2-3-1302", kind: "group" as const, name: "Sales", displayName: "", upn: "", sam: "sales" };
const finance = { ...sales, sid: group.sid, name: "Finance staff", sam: "finance" };

function open(path: string, answers: Parameters<typeof serve>[0] = {}, person = me) {
  const seen = serve({
    [`GET ${base}/offerings`]: { body: { items: [payroll, wiki], cursor: "" } },
    [`GET ${base}/offerings/off_1`]: { body: payroll, etag: '"3"' },
    [`GET ${base}/offerings/off_1/assignments`]: { body: { items: [group], cursor: "" } },
    [`GET ${base}/directory/domains`]: { body: { items: [domain, { ...domain, name: "old.example", status: "disabled" }, { ...domain, name: "new.example", status: "unused" }], cursor: "" } },
    ...answers,
  });
  renderAs(
    <Routes>
      <Route path="/library" element={<LibraryPage />} />
      <Route path="/library/add" element={<NewOfferingPage />} />
      <Route path="/library/:offeringId" element={<OfferingPage />} />
      <Route path="/library/:offeringId/edit" element={<EditOfferingPage />} />
      <Route path="/library/:offeringId/assign" element={<AssignPage />} />
    </Routes>,
    person,
    path,
  );
  return seen;
}

const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));
const names = async () => within(await screen.findByRole("grid", { name: "Library" })).getAllByRole("link").map(({ textContent }) => textContent);
const box = (name: string) => screen.getByRole<HTMLInputElement>("textbox", { name });
const sent = (seen: ReturnType<typeof serve>) => seen.filter(({ method }) => method !== "GET");

describe("the list", () => {
  it("is searched, filtered and sorted, by the address and by hand", async () => {
    open("/library?sort=name&order=desc");
    expect(await names()).toEqual(["Wiki", "Payroll"]);
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Category" }), "Finance");
    expect(await names()).toEqual(["Payroll"]);
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Category" }), "");
    await userEvent.type(box("Search the library"), "knowledge");
    expect(await names()).toEqual(["Wiki"]);
    await userEvent.type(box("Search the library"), "!");
    expect(screen.getByRole("heading", { name: "Nothing matches" })).toBeTruthy();
  });

  it("shows the columns that the address names, and hides one by hand", async () => {
    open("/library?columns=name,address,assignments");
    const heads = () => within(screen.getByRole("grid", { name: "Library" })).getAllByRole("columnheader").map(({ textContent }) => textContent);
    await names();
    expect(heads()).toEqual(["Name", "Address", "Users and groups", "Actions"]);
    await press("Columns");
    await userEvent.click(await screen.findByRole("checkbox", { name: "Address" }));
    expect(heads()).toEqual(["Name", "Users and groups", "Actions"]);
    expect(screen.queryByText("https://payroll.example")).toBeNull();
  });

  it("is read to its end and shown in pages", async () => {
    const many = Array.from({ length: 45 }, (_, n) => ({ ...payroll, id: `off_${n}`, name: `App ${String(n).padStart(2, "0")}` }));
    let part = 0;
    open("/library?page=3", { [`GET ${base}/offerings`]: () => (part++ % 2 === 0 ? { body: { items: many.slice(0, 30), cursor: "next" } } : { body: { items: many.slice(30), cursor: "" } }) });
    expect(await names()).toEqual(["App 40", "App 41", "App 42", "App 43", "App 44"]);
    await userEvent.click(screen.getByRole("button", { name: "Go to previous page" }));
    expect((await names())[0]).toBe("App 20");
  });

  it("offers the next action while it is empty", async () => {
    open("/library", { [`GET ${base}/offerings`]: { body: { items: [], cursor: "" } } });
    expect(await screen.findByRole("heading", { name: "No offerings yet" })).toBeTruthy();
    await userEvent.click(screen.getAllByRole("button", { name: "Add offering" })[1] as HTMLElement);
    expect(box("Address")).toBeTruthy();
  });

  it("deletes after a question", async () => {
    const seen = open("/library", { [`DELETE ${base}/offerings/off_1`]: { status: 204 } });
    await press("Actions for Payroll");
    await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
    const dialog = await screen.findByRole("dialog", { name: /Delete Payroll\?/ });
    expect(sent(seen)).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Delete offering" }));
    await waitFor(() => expect(sent(seen).map(({ path }) => path)).toEqual([`${base}/offerings/off_1`]));
  });
});

describe("an offering", () => {
  it("says beside each field what is wrong with it, and keeps what was typed", async () => {
    let answer: ReturnType<typeof refused> = refused();
    function refused() {
      return { status: 400, body: { detail: "Some of the input cannot be accepted.", code: "invalid_input", errors: [{ field: "address", code: "offering_address", detail: "Begin with https://." }, { field: "icon", code: "picture_dimensions", detail: "At most 256 × 256 pixels." }] } };
    }
    const seen = open("/library/add", { [`POST ${base}/offerings`]: () => answer });
    await userEvent.type(box("Name"), "Payroll");
    await userEvent.type(box("Address"), "http://payroll");
    const icon = document.querySelector<HTMLInputElement>("input[type=file]") as HTMLInputElement;
    await userEvent.upload(icon, new File(["png"], "icon.png", { type: "image/png" }));
    expect((await screen.findByRole<HTMLImageElement>("img", { name: "Preview: Icon" })).src).toBe("data:image/png;base64,cG5n");
    await press("Save");
    expect(await screen.findByText("Begin with https://.")).toBeTruthy();
    expect(screen.getByText("At most 256 × 256 pixels.")).toBeTruthy();
    expect(box("Address").getAttribute("aria-invalid")).toBe("true");
    expect(sent(seen)[0]?.body).toEqual({ name: "Payroll", address: "http://payroll", description: "", category: "", icon: "data:image/png;base64,cG5n" });

    answer = { status: 409, body: { detail: "Another offering already has this name.", code: "offering_name_taken", errors: [] } };
    await press("Save");
    expect(await screen.findByText("Another offering already has this name.")).toBeTruthy();
    expect(box("Name").getAttribute("aria-invalid")).toBe("true");
    expect(box("Name").value).toBe("Payroll");
  });

  it("refuses a file that is too large before it is sent, and tells the limits beside the field", async () => {
    open("/library/add");
    expect(await screen.findByText("PNG or JPEG, at most 64 KiB and 256 × 256 pixels.")).toBeTruthy();
    const icon = document.querySelector<HTMLInputElement>("input[type=file]") as HTMLInputElement;
    await userEvent.upload(icon, new File([new Uint8Array(64 * 1024 + 1)], "big.png", { type: "image/png" }));
    expect(await screen.findByText("The file is too large. At most 64 KiB are allowed.")).toBeTruthy();
    expect(screen.queryByRole("img", { name: "Preview: Icon" })).toBeNull();
  });

  it("is changed only in the version that was seen", async () => {
    const seen = open("/library/off_1/edit", { [`PATCH ${base}/offerings/off_1`]: { body: { ...payroll, name: "Pay" } } });
    await userEvent.clear(await screen.findByRole("textbox", { name: "Name" }));
    await userEvent.type(box("Name"), "Pay");
    await press("Save");
    expect(await screen.findByRole("heading", { name: /Payroll/ })).toBeTruthy();
    expect(sent(seen)[0]?.ifMatch).toBe('"3"');
    expect(sent(seen)[0]?.body).toMatchObject({ name: "Pay", category: "Finance" });
  });

  // Spec: IAM-035
  it("is taken away from a group after a question", async () => {
    const seen = open("/library/off_1", { [`DELETE ${base}/offerings/off_1/assignments/asg_1`]: { status: 204 } });
    await press("Remove Finance staff");
    const dialog = await screen.findByRole("dialog", { name: /Remove Finance staff from Payroll\?/ });
    await userEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(sent(seen).map(({ path }) => path)).toEqual([`${base}/offerings/off_1/assignments/asg_1`]));
  });
});

describe("assigning", () => {
  const search = `GET ${base}/directory/search`;
  const found = (more: Partial<DirectoryFound> = {}) => ({ body: { items: [noor, sales, finance], cursor: "", uncertain: [], cut: [], ...more } });

  // Spec: IAM-029, IAM-034
  it("takes users and groups together, asks once for what was typed, and knows who has it", async () => {
    const seen = open("/library/off_1/assign", { [search]: found(), [`POST ${base}/offerings/off_1/assignments`]: { body: group } });
    await userEvent.type(await screen.findByRole("searchbox", { name: "Search users and groups" }), "no");
    await userEvent.click(await screen.findByRole("checkbox", { name: "Choose Noor Subscriber" }));
    await userEvent.click(screen.getByRole("checkbox", { name: "Choose Sales" }));
    expect(screen.getByRole<HTMLInputElement>("checkbox", { name: "Choose Finance staff" }).disabled, "it has the offering").toBe(true);
    expect(seen.filter(({ path }) => path.endsWith("/search")).map(({ query }) => new URLSearchParams(query).get("q"))).toEqual(["no"]);
    await press("Assign");
    expect(await screen.findByRole("heading", { name: /^Payroll/ })).toBeTruthy();
    expect(sent(seen).map(({ body }) => body)).toEqual([
      { kind: "user", sid: noor.sid, domain: "corp.example" },
      { kind: "group", sid: sales.sid, domain: "corp.example" },
    ]);
  });

  // Spec: IAM-031
  it("offers no disabled domain", async () => {
    open("/library/off_1/assign");
    const chooser = await screen.findByRole("combobox", { name: "Domain" });
    await waitFor(() => expect(within(chooser).getAllByRole("option").map(({ textContent }) => textContent)).toEqual(["Every enabled domain", "corp.example", "new.example"]));
  });

  it("says which domains did not answer, and does not call that nobody", async () => {
    open("/library/off_1/assign?q=noor&domain=corp.example", {
      [search]: found({ items: [], uncertain: [{ domain: "zrh.example", forest: "zrh.example", code: "no_connector", text: "The domain zrh.example could not be asked." }] }),
    });
    expect(await screen.findByText("The domain zrh.example could not be asked.")).toBeTruthy();
    expect(screen.getByText(/in the domains that answered/)).toBeTruthy();
  });

  it("keeps those who were refused, with the reason, and assigns the rest", async () => {
    const seen = open("/library/off_1/assign?q=no", {
      [search]: found(),
      [`POST ${base}/offerings/off_1/assignments`]: (body) =>
        (body as { sid: string }).sid === sales.sid ? { status: 400, body: { detail: "Groups that every domain has cannot have an offering." } } : { body: group },
    });
    await userEvent.click(await screen.findByRole("checkbox", { name: "Choose Sales" }));
    await userEvent.click(screen.getByRole("checkbox", { name: "Choose Noor Subscriber" }));
    await press("Assign");
    expect(await screen.findByText(/Groups that every domain has cannot have an offering/)).toBeTruthy();
    expect(sent(seen).length).toBe(2);
    expect(screen.getByRole("button", { name: "Do not assign Sales" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Do not assign Noor Subscriber" })).toBeNull();
  });

  it("searches everywhere for an administrator who may not list domains", async () => {
    const seen = open("/library/off_1/assign?q=no", { [search]: found() }, { ...me, rights: { full: false, permissions: ["workspace_configuration"] } });
    expect(await screen.findByRole("checkbox", { name: "Choose Sales" })).toBeTruthy();
    expect(screen.queryByRole("combobox", { name: "Domain" })).toBeNull();
    expect(seen.some(({ path }) => path.endsWith("/domains"))).toBe(false);
  });
});
