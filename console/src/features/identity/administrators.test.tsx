import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { describe, expect, it } from "vitest";
import * as mock from "../../../mock/federation";
import { found } from "../../../mock/data";
import type { Administrator } from "../../api/contract/administrators";
import { expectAccessible } from "../../test/axe";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import AdministratorsPage from "./pages/AdministratorsPage";
import DirectoryAdministratorPage from "./pages/DirectoryAdministratorPage";
import InvitePage from "./pages/InvitePage";

const base = "/alpine4k7q/v1";
const person: Administrator = {
  id: "adm_1", type: "user", displayName: "Dana Admin", email: "dana@alpine.example", status: "active", access: "full", permissions: [],
  identityProvider: "citrix", you: true, invitedAt: null, invitedBy: "", expiresAt: null, createdAt: "2026-01-01T00:00:00Z", domain: "", sid: "", sameAs: "",
};
const invited: Administrator = { ...person, id: "inv_1", displayName: "", email: "sam@alpine.example", status: "inviteSent", access: "custom", permissions: ["system_log"], you: false, expiresAt: "2026-01-06T00:00:00Z" };
const expired: Administrator = { ...invited, id: "inv_2", email: "jo@alpine.example", status: "expired" };
const group: Administrator = { ...person, id: "adm_2", type: "group", displayName: "Cloud Admins", email: "", you: false, identityProvider: "ad" };

function open(path: string, answers: Parameters<typeof serve>[0] = {}) {
  const seen = serve({
    [`GET ${base}/administrators`]: { body: { items: [person, invited, expired, group], cursor: "" } },
    [`GET ${base}/access-requests`]: { body: { items: [], cursor: "" } },
    ...answers,
  });
  renderAs(
    <Routes>
      <Route path="/identity/administrators" element={<AdministratorsPage />} />
      <Route path="/identity/administrators/add" element={<InvitePage />} />
      <Route path="/identity/administrators/add-from-directory" element={<DirectoryAdministratorPage />} />
    </Routes>,
    me,
    path,
  );
  return seen;
}

const rows = async () => within(await screen.findByRole("grid", { name: "Administrators" })).getAllByRole("row").slice(1);
const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));
const sent = (seen: ReturnType<typeof serve>) => seen.filter(({ method }) => method !== "GET");

// Spec: IAM-045
it("lists type, name, address, status, access and provider, and sorts by type", async () => {
  open("/identity/administrators");
  const table = await screen.findByRole("grid", { name: "Administrators" });
  const heads = within(table).getAllByRole("columnheader").map((head) => head.textContent);
  expect(heads.slice(1, -1)).toEqual(["Type", "Display Name", "Email", "Status", "Access", "Identity Provider"]);
  expect(within(table).getAllByRole("checkbox").length, "one for each row and one for all").toBe(5);
  for (const status of ["Active", "Invite Sent", "Expired"]) expect(within(table).getAllByText(status).length, status).toBeGreaterThan(0);
  for (const text of ["Full", "Custom", "User", "Group", "N/A", "System Log"]) expect(within(table).getAllByText(text).length, text).toBeGreaterThan(0);

  await userEvent.click(within(table).getByRole("button", { name: "Type" }));
  expect((await rows())[0]?.textContent).toContain("Cloud Admins");
});

it("finds, filters and hides by the address", async () => {
  open("/identity/administrators?status=expired&columns=email,status");
  expect((await rows()).map((row) => row.textContent)).toEqual([expect.stringContaining("jo@alpine.example")]);
  expect(screen.queryByRole("columnheader", { name: "Access" })).toBeNull();
  await userEvent.type(screen.getByRole("textbox", { name: "Name or e-mail address" }), "nobody");
  expect(screen.getByRole("heading", { name: "Nothing matches" })).toBeTruthy();
});

it("mails an invitation again, but not an expired one", async () => {
  const seen = open("/identity/administrators", { [`POST ${base}/administrators/invitations/inv_1/resend`]: { status: 204 } });
  await press("Actions for jo@alpine.example");
  expect((await screen.findByRole("menuitem", { name: /Resend Invite Email/ })).getAttribute("aria-disabled")).toBe("true");
  await userEvent.keyboard("{Escape}");
  await press("Actions for sam@alpine.example");
  await userEvent.click(await screen.findByRole("menuitem", { name: "Resend Invite Email" }));
  expect(await screen.findByText(/was mailed to sam@alpine.example again/)).toBeTruthy();
  expect(sent(seen).length).toBe(1);
});

it("deletes after a confirmation that names the person, and says why it was refused", async () => {
  const seen = open("/identity/administrators", { [`DELETE ${base}/administrators/adm_1`]: { status: 409, body: { detail: "This is the last one." } } });
  await press("Actions for Dana Admin");
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete Administrator" }));
  const dialog = await screen.findByRole("dialog", { name: /Delete Dana Admin\?/ });
  expect(sent(seen)).toEqual([]);
  await userEvent.click(within(dialog).getByRole("button", { name: "Delete Administrator" }));
  expect(await screen.findByText("This is the last one.")).toBeTruthy();
});

// Spec: IAM-040, IAM-047, IAM-049, IAM-053
it("invites in three steps, and Back keeps what was chosen", async () => {
  const seen = open("/identity/administrators", { [`POST ${base}/administrators/invitations`]: { body: invited } });
  await press("Add administrator/group");
  const path = within(await screen.findByRole("navigation", { name: "Breadcrumbs" }));
  expect(path.getAllByRole("listitem").map((item) => item.textContent)).toEqual(["Home", "Identity and Access Management", "Administrators", "Add administrator/group"]);

  await press("Next");
  expect(await screen.findByText(/Enter the e-mail address/), "stays without an address").toBeTruthy();
  await userEvent.type(screen.getByRole("textbox", { name: "Email" }), "new@alpine.example");
  await press("Next");
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "Full access" }).checked, "full access is chosen at first").toBe(true);
  await userEvent.click(screen.getByRole("radio", { name: "Custom access" }));
  await press("Next");
  expect(await screen.findByText(/Choose at least one permission/)).toBeTruthy();
  await userEvent.type(screen.getByRole("textbox", { name: "Search permissions" }), "SYSTEM");
  expect(screen.getAllByRole("checkbox").length, "found by title, ignoring case").toBe(1);
  await userEvent.click(screen.getByRole("checkbox", { name: "System Log" }));
  await press("Next");
  expect(await screen.findByText("new@alpine.example")).toBeTruthy();

  await press("Back");
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "Custom access" }).checked).toBe(true);
  expect(screen.getByRole<HTMLInputElement>("checkbox", { name: "System Log" }).checked).toBe(true);
  await press("Back");
  expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Email" }).value).toBe("new@alpine.example");
  await press("Next");
  await press("Next");
  expect(sent(seen), "nothing is sent before the last step").toEqual([]);
  await press("Send invitation");
  expect(await screen.findByText("The invitation was sent to new@alpine.example.")).toBeTruthy();
  expect(sent(seen)[0]?.body).toEqual({ email: "new@alpine.example", access: "custom", permissions: ["system_log"] });
  expect(seen.filter(({ method, path: at }) => method === "GET" && at.endsWith("/administrators")).length, "the list is read again").toBe(2);
});

it("leads back to the address when the server refuses it", async () => {
  open("/identity/administrators/add?email=dana@alpine.example&step=review", {
    [`POST ${base}/administrators/invitations`]: { status: 400, body: { detail: "No.", errors: [{ field: "email", code: "x", detail: "This person is an administrator already." }] } },
  });
  await press("Send invitation");
  expect(await screen.findByText("This person is an administrator already.")).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Email" }).getAttribute("aria-invalid")).toBe("true");
});

it("answers a request for access by inviting its address", async () => {
  const seen = open("/identity/administrators", {
    [`GET ${base}/access-requests`]: { body: { items: [{ id: "req_1", name: "Lou", email: "lou@alpine.example", requestedAt: "2026-01-01T00:00:00Z" }], cursor: "" } },
    [`DELETE ${base}/access-requests/req_1`]: { status: 204 },
  });
  await press("Dismiss the request of Lou");
  await waitFor(() => expect(sent(seen).map(({ path }) => path)).toEqual([`${base}/access-requests/req_1`]));
  await userEvent.click(screen.getByRole("link", { name: "Invite" }));
  expect((await screen.findByRole<HTMLInputElement>("textbox", { name: "Email" })).value).toBe("lou@alpine.example");
});

describe("administrators of a directory", () => {
  const adGroup: Administrator = { ...group, id: "adm_3", type: "adGroup", displayName: "Ops", domain: "corp.alpine.example", sid: "S-1-5-21-1-2-3-1200" };

  // Spec: IAM-119
  it("are deleted as a group only with the tick, in the documented words", async () => {
    const seen = open("/identity/administrators", {
      [`GET ${base}/administrators`]: { body: { items: [person, adGroup], cursor: "" } },
      [`DELETE ${base}/administrators/adm_3`]: { status: 204 },
    });
    expect((await rows()).at(-1)?.textContent).toContain("Active Directory groupOps corp.alpine.exampleN/A");
    await press("Actions for Ops");
    await userEvent.click(await screen.findByRole("menuitem", { name: "Delete Group" }));
    const dialog = within(await screen.findByRole("dialog", { name: /Are you sure you want to delete Ops Group\?/ }));
    const confirm = dialog.getByRole<HTMLButtonElement>("button", { name: "Delete" });
    expect(confirm.disabled).toBe(true);
    expect(dialog.getByText(/will no longer have access to Causeway\. If these administrators have Causeway Identity accounts/)).toBeTruthy();
    await userEvent.click(dialog.getByRole("checkbox", { name: "I understand deleting this group will prevent administrators in this group from accessing Causeway." }));
    await userEvent.click(confirm);
    await waitFor(() => expect(sent(seen).map(({ path }) => path)).toEqual([`${base}/administrators/adm_3`]));
  });

  it("are warned about while fewer than two built-in logins have full access", async () => {
    open("/identity/administrators", { [`GET ${base}/administrators/identity-options`]: { body: { items: mock.options, cursor: "", builtInFallback: false } } });
    expect(await screen.findByText("Fewer than two administrators with full access sign in with Causeway Identity")).toBeTruthy();
  });

  // Spec: SAM-027, IAM-117
  it("are not offered while that is not possible, which is told, and found, chosen and added when possible", async () => {
    let options = [mock.options[0], { type: "ad", label: "Active Directory", available: false, reason: "Connect SAML with a sign-in URL first." }];
    const answers = {
      [`GET ${base}/administrators/identity-options`]: () => ({ body: { items: options, cursor: "", builtInFallback: true } }),
      [`GET ${base}/directory/domains`]: { body: { items: [], cursor: "" } },
      [`GET ${base}/directory/search`]: { body: found },
      [`POST ${base}/administrators/directory`]: { body: adGroup },
    };
    open("/identity/administrators/add", answers);
    expect(await screen.findByText(/Active Directory: Connect SAML with a sign-in URL first\./)).toBeTruthy();
    expect(screen.queryByRole("radio", { name: /Active Directory/ })).toBeNull();
    cleanup();

    options = mock.options;
    const seen = open("/identity/administrators/add", answers);
    await userEvent.click(await screen.findByRole("radio", { name: "Active Directory" }));
    await press("Save");
    expect(await screen.findByText("Choose a person or a group.")).toBeTruthy();
    await userEvent.type(screen.getByRole("searchbox", { name: "Search for a user or group" }), "no");
    await userEvent.click(await screen.findByRole("radio", { name: /Northern sales/ }));
    await expectAccessible();
    await press("Save");
    expect(await screen.findByText("Northern sales was added.")).toBeTruthy();
    expect(sent(seen).map(({ body }) => body)).toEqual([{ kind: "group", sid: found.items.find(({ name }) => name.includes("orthern"))?.sid, domain: "corp.alpine.example", access: "full" }]);
  });
});
