import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { describe, expect, it, vi } from "vitest";
import type { IdentityProvider } from "../../api/contract/connections";
import type { ConnectionDraft } from "../../api/contract/drafts";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import { CreatePrincipalDialog } from "./components/CreatePrincipalDialog";
import { ProviderTable } from "./components/ProviderTable";
import { ConfigureSaml } from "./components/saml/ConfigureSaml";
import { stated } from "./components/saml/useSamlForm";
import { SignInUrlDialog } from "./components/connections/SignInUrlDialog";
import { forgetMemory } from "../../ui/useDraft";
import ApiAccessPage from "./pages/ApiAccessPage";

const base = "/alpine4k7q/v1";
const domain = { name: "corp.example", forest: "corp.example", connectors: 2, connected: 2 };
const draft: ConnectionDraft = {
  id: "draft_1", type: "saml", signInUrlId: "alpine", signInUrl: "https://console.example/go/alpine", nickname: "",
  settings: {
    scopedEntityId: false, idpEntityId: "", signAuthnRequest: true, ssoServiceUrl: "", ssoBinding: "post", responseSigning: "either", certificates: [],
    authnContext: "unspecified", authnContextComparison: "exact", logoutUrl: "", sloBinding: "post", signLogoutRequest: true,
    attributeNames: { displayName: "displayName", givenName: "firstName", familyName: "lastName", sid: "cip_sid", upn: "cip_upn", email: "cip_email", oid: "cip_oid", forest: "cip_forest", domain: "cip_domain" },
    requireMappedClaims: false, metadataUrl: "", metadataRefresh: false, acceptEncrypted: false, allowCbc: false,
  },
  serviceProvider: { entityId: "https://saml.example", acsUrl: "https://saml.example/saml/acs", logoutUrl: "https://saml.example/saml/logout/callback", metadataUrl: "https://saml.example/saml/metadata.xml" },
  test: { state: "none", startedAt: null, transactionId: "", claims: [], failure: null }, expiresAt: "2026-01-02T00:00:00Z",
  clonedFrom: "", warnings: [],
};

// Spec: IAM-005
it("lists every type with its state and its menu", async () => {
  const connect = vi.fn();
  const type = (key: IdentityProvider["type"], more: Partial<IdentityProvider>): IdentityProvider => ({
    type: key, displayName: key, adminAuth: true, subscriberAuth: false, status: "not_connected", available: false, needsActiveDirectory: false, connections: [], ...more,
  });
  renderAs(<ProviderTable providers={[type("citrix", { status: "connected" }), type("ad", { status: "enabled" }), type("okta", {}), type("saml", { available: true })]} onConnectSaml={connect} />);
  expect(screen.getAllByRole("row").length).toBe(5);
  await userEvent.click(screen.getByRole("button", { name: "Actions for saml" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Connect" }));
  expect(connect).toHaveBeenCalledOnce();
  expect(screen.queryByRole("button", { name: "Actions for citrix" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Actions for ad" }), "it is connected").toBeNull();
});

// Spec: IAM-189, IAM-191
it("leads from the menu of Active Directory to its connection, until it is enabled", async () => {
  const directory = (status: IdentityProvider["status"]): IdentityProvider => ({
    type: "ad", displayName: "Active Directory", adminAuth: false, subscriberAuth: true, status, available: false, needsActiveDirectory: false, connections: [],
  });
  const open = (status: IdentityProvider["status"]) =>
    renderAs(
      <Routes>
        <Route path="/" element={<ProviderTable providers={[directory(status)]} onConnectSaml={vi.fn()} />} />
        <Route path="/identity/connect-directory" element={<p>the connection</p>} />
      </Routes>,
    );
  const enabled = open("enabled");
  expect(screen.getByText("Enabled")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Actions for Active Directory" })).toBeNull();
  enabled.unmount();
  open("not_connected");
  await userEvent.click(screen.getByRole("button", { name: "Actions for Active Directory" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Connect" }));
  expect(await screen.findByText("the connection")).toBeTruthy();
});

// Spec: SAM-221, SAM-237
it("begins a connection for guests with the template, and shows what each kind of guest needs", async () => {
  const seen = serve({
    [`GET ${base}/directory/domains`]: { body: { items: [domain], cursor: "" } },
    [`GET ${base}/identity-providers/frontend-kinds`]: {
      body: { items: [{ key: "external_guest", name: "External guest user", synced: "no", connectors: "not_applicable", needsShadowAccount: true, signsInBy: "Email" }], cursor: "" },
    },
    [`POST ${base}/connection-drafts`]: { body: draft },
  });
  renderAs(<SignInUrlDialog onClose={() => undefined} />);
  await userEvent.type(screen.getByRole("textbox", { name: "Sign-in URL identifier" }), "guests");
  await userEvent.click(screen.getByRole("radio", { name: "Guests and B2B identities" }));
  expect((await screen.findByRole("row", { name: /External guest user/ })).textContent).toBe("External guest userNoN/ANeededEmail");
  await userEvent.click(screen.getByRole("button", { name: "Save and continue" }));
  await waitFor(() => expect(seen.find(({ method }) => method === "POST")?.body).toEqual({ type: "saml", signInUrlId: "guests", template: "b2b" }));
});

// Spec: SAM-023, SAM-009
it("asks for the identifier first and stays there while the server refuses it", async () => {
  serve({
    [`GET ${base}/directory/domains`]: { body: { items: [], cursor: "" } },
    [`POST ${base}/connection-drafts`]: { status: 400, body: { detail: "No.", errors: [{ field: "signInUrlId", code: "x", detail: "Use letters and digits." }] } },
  });
  renderAs(<SignInUrlDialog onClose={() => undefined} />);
  await screen.findByText("Connect your Active Directory first");
  await userEvent.type(screen.getByRole("textbox", { name: "Sign-in URL identifier" }), "not friendly!");
  await userEvent.click(screen.getByRole("button", { name: "Save and continue" }));
  expect(await screen.findByText("Use letters and digits.")).toBeTruthy();
});

describe("Configure SAML", () => {
  const answers = (state: "none" | "missing") => ({
    [`GET ${base}/directory/domains`]: { body: { items: [domain], cursor: "" } },
    [`PATCH ${base}/connection-drafts/draft_1`]: { body: draft },
    [`POST ${base}/connection-drafts/draft_1/test`]:
      state === "missing"
        ? { status: 400, body: { detail: "No.", errors: [{ field: "settings.attributeNames.sid", code: "x", detail: "Name SID or UPN." }] } }
        : { body: { url: "https://saml.example/saml/start?h=1", transactionId: "txn_1" } },
    [`GET ${base}/connection-drafts/draft_1`]: { body: draft },
  });

  // Spec: SAM-005, SAM-032
  it("opens with the recommended defaults and offers our metadata", () => {
    serve(answers("none"));
    renderAs(<ConfigureSaml draft={draft} />);
    const chosen = (name: string) => {
      const list = screen.getByRole<HTMLSelectElement>("combobox", { name });
      return list.selectedOptions[0]?.textContent;
    };
    expect(chosen("Binding Mechanism")).toBe("HTTP Post");
    expect(chosen("SAML Response")).toBe("Sign Either Response or Assertion");
    expect(chosen("Authentication Context")).toBe("Unspecified");
    expect(chosen("Comparison")).toBe("Exact");
    expect(chosen("Sign Authentication Request")).toBe("Yes");
    expect(screen.queryByRole("combobox", { name: "Identity Provider Sign Logout (SLO) Request" }), "asked only with a URL").toBeNull();
    const files = ["pem", "cer"].map((form) => screen.getByRole("link", { name: `Download .${form}` }).getAttribute("href"));
    expect(files).toEqual(["pem", "cer"].map((form) => `https://saml.example/saml/metadata/signing-certificate.${form}?which=active`));
    const download = screen.getByRole("link", { name: "Download" });
    expect(download.getAttribute("href")).toBe("https://saml.example/saml/metadata.xml");
    expect(download.getAttribute("target")).toBe("_blank");
  });

  it("asks for logout binding and signing once there is a logout URL", async () => {
    serve(answers("none"));
    renderAs(<ConfigureSaml draft={draft} />);
    await userEvent.type(screen.getByRole("textbox", { name: "Identity Provider Logout URL" }), "https://idp.example/slo");
    expect(screen.getByRole("combobox", { name: "Identity Provider Logout (SLO) Binding Mechanism" })).toBeTruthy();
    expect(screen.getByRole("combobox", { name: "Identity Provider Sign Logout (SLO) Request" })).toBeTruthy();
  });

  it("saves everything, then sends the window of the test on its way", async () => {
    const seen = serve(answers("none"));
    const target = { location: { href: "" }, close: vi.fn() };
    vi.stubGlobal("open", () => target);
    renderAs(<ConfigureSaml draft={draft} />);
    await userEvent.type(screen.getByRole("textbox", { name: "Identity Provider Nickname" }), "Guests");
    await userEvent.clear(screen.getByRole("textbox", { name: /\(SID\)/ }));
    await userEvent.click(screen.getByRole("button", { name: "Test and Finish" }));
    await waitFor(() => expect(target.location.href).toBe("https://saml.example/saml/start?h=1"));
    const patch = seen.find((request) => request.method === "PATCH")?.body;
    expect(patch).toMatchObject({ forTest: true, nickname: "Guests", settings: { attributeNames: { sid: "", upn: "cip_upn" } } });
    expect(patch).not.toHaveProperty("settings.scopedEntityId");
    expect(await screen.findByRole("dialog", { name: "Test the connection" })).toBeTruthy();
  });

  it("closes the window again and shows the objections at their fields", async () => {
    serve(answers("missing"));
    const target = { location: { href: "" }, close: vi.fn() };
    vi.stubGlobal("open", () => target);
    renderAs(<ConfigureSaml draft={draft} />);
    await userEvent.click(screen.getByRole("button", { name: "Test and Finish" }));
    expect(await screen.findByText("Name SID or UPN.")).toBeTruthy();
    expect(target.close).toHaveBeenCalledOnce();
    expect(screen.getByRole("textbox", { name: /\(SID\)/ }).getAttribute("aria-invalid")).toBe("true");
  });

  it("keeps what was typed when the server refuses it and the page is loaded anew, and forgets it once it is saved", async () => {
    let answer: object = { status: 400, body: { detail: "No.", errors: [{ field: "settings.ssoServiceUrl", code: "url_not_https", detail: "Begin with https://." }] } };
    serve({ ...answers("none"), [`PATCH ${base}/connection-drafts/draft_1`]: () => answer });
    vi.stubGlobal("open", () => ({ location: { href: "" }, close: vi.fn() }));
    const { unmount } = renderAs(<ConfigureSaml draft={draft} />);
    const box = (name: string) => screen.getByRole<HTMLInputElement>("textbox", { name });
    await userEvent.type(box("Identity Provider Nickname"), "Guests");
    await userEvent.type(box("SSO Service URL"), "http://idp");
    await userEvent.click(screen.getByRole("button", { name: "Test and Finish" }));
    expect(await screen.findByText("Begin with https://.")).toBeTruthy();
    unmount();
    forgetMemory();
    renderAs(<ConfigureSaml draft={draft} />);
    expect([box("Identity Provider Nickname").value, box("SSO Service URL").value]).toEqual(["Guests", "http://idp"]);
    answer = { body: draft };
    await userEvent.click(screen.getByRole("button", { name: "Test" }));
    await screen.findByRole("dialog", { name: "Test the connection" });
    expect(sessionStorage.length).toBe(0);
  });

  it("stays with a nickname that is taken, and says so at the field", async () => {
    serve({
      ...answers("none"),
      [`PATCH ${base}/connection-drafts/draft_1`]: { status: 400, body: { detail: "No.", errors: [{ field: "nickname", code: "nickname_not_unique", detail: "Another connection already has this nickname." }] } },
    });
    renderAs(<ConfigureSaml draft={draft} />);
    await userEvent.click(screen.getByRole("button", { name: "Save and finish later" }));
    expect(await screen.findByText("Another connection already has this nickname.")).toBeTruthy();
    const nickname = screen.getByRole("textbox", { name: "Identity Provider Nickname" });
    await waitFor(() => expect(document.activeElement).toBe(nickname));
  });

  it("names the certificate file that is refused, and what to do", async () => {
    serve({
      ...answers("none"),
      [`POST ${base}/connection-drafts/draft_1/certificates`]: { status: 400, body: { detail: "The certificate expired at noon.", hint: "Upload the current one.", code: "saml_certificate_expired" } },
    });
    const { container } = renderAs(<ConfigureSaml draft={draft} />);
    await userEvent.upload(container.querySelector("#saml-certificate input[type=file], input[type=file]") as HTMLInputElement, new File(["x"], "old.cer"));
    expect(await screen.findByText("old.cer: The certificate expired at noon. Upload the current one.")).toBeTruthy();
  });

  it("takes from metadata only what it says", () => {
    expect(stated({ scopedEntityId: true, idpEntityId: "https://idp", logoutUrl: "", certificates: [], signAuthnRequest: false })).toEqual({
      idpEntityId: "https://idp",
      signAuthnRequest: false,
    });
  });
});

it("shows the secret of a new service principal once, with full access only for those who have it", async () => {
  const custom = { ...me, rights: { full: false, permissions: ["secure_clients" as const, "system_log" as const] } };
  const servicePrincipal = { id: "cli_1", name: "Collector", access: "custom", permissions: ["system_log"], createdAt: "2026-01-01T00:00:00Z", createdBy: "Dana", owner: "Dana", ownerState: "active", lastUsedAt: null };
  const seen = serve({ [`POST ${base}/service-principals`]: { status: 201, body: { servicePrincipal, secret: "s3cret" } } });
  renderAs(<CreatePrincipalDialog onClose={() => undefined} />, custom);
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "Full" }).disabled).toBe(true);
  expect(screen.getAllByRole("checkbox").length, "only what the person holds").toBe(1);
  await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "Collector");
  await userEvent.click(screen.getByRole("checkbox", { name: "System Log" }));
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  expect(await screen.findByDisplayValue("s3cret")).toBeTruthy();
  expect(seen[0]?.body).toEqual({ name: "Collector", access: "custom", permissions: ["system_log"] });
});

describe("the service principals", () => {
  const collector = { id: "cli_1", name: "Collector", access: "custom", permissions: ["system_log"], createdAt: "2026-01-01T00:00:00Z", createdBy: "Dana", owner: "Dana", ownerState: "active", lastUsedAt: null };
  const installer = { ...collector, id: "cli_2", name: "Installer", access: "full", permissions: [], createdAt: "2026-01-02T00:00:00Z" };
  const open = (path: string) => {
    serve({ [`GET ${base}/service-principals`]: { body: { items: [collector, installer], cursor: "" } } });
    renderAs(<ApiAccessPage />, me, path);
  };
  const table = async () => within(await screen.findByRole("grid", { name: "Service principals" }));
  const names = async () => (await table()).getAllByRole("row").slice(1).map((row) => within(row).getAllByRole("cell")[0]?.textContent);

  it("are searched by what they are called and what they may do, and sorted, by the address and by hand", async () => {
    open("/identity/api-access?q=cli_&sort=created&order=desc");
    expect(await names()).toEqual(["Installer", "Collector"]);
    const search = screen.getByRole("textbox", { name: "Name, client ID, owner or access" });
    await userEvent.clear(search);
    await userEvent.type(search, "system log");
    expect(await names()).toEqual(["Collector"]);
    await userEvent.type(search, "!");
    expect(screen.getByRole("heading", { name: "Nothing matches" })).toBeTruthy();
  });

  it("have the columns that the address names, and lose one by hand", async () => {
    open("/identity/api-access?columns=name,access,used");
    const heads = async () => (await table()).getAllByRole("columnheader").map(({ textContent }) => textContent);
    expect(await heads()).toEqual(["Name", "Access", "Last used", "Actions"]);
    await userEvent.click(screen.getByRole("button", { name: "Columns" }));
    await userEvent.click(await screen.findByRole("checkbox", { name: "Access" }));
    expect(await heads()).toEqual(["Name", "Last used", "Actions"]);
    expect((await table()).queryByText("System Log")).toBeNull();
  });

  // T04
  it("say whose they are and why they do not work, and become those of whoever approves them", async () => {
    const list = [
      collector,
      { ...collector, id: "cli_3", name: "Gone", owner: "Robin", ownerState: "gone" },
      { ...collector, id: "cli_4", name: "Less", ownerState: "reduced" },
      { ...collector, id: "cli_5", name: "Silent", ownerState: "unconfirmed" },
      { ...collector, id: "cli_6", name: "Old", owner: "", ownerState: "none" },
    ];
    const seen = serve({
      [`GET ${base}/service-principals`]: { body: { items: list, cursor: "" } },
      [`POST ${base}/service-principals/cli_3/approve`]: { body: { ...list[1], owner: "Ann", ownerState: "active" } },
    });
    renderAs(<ApiAccessPage />, me, "/identity/api-access?columns=name,owner");
    const cells = (await table()).getAllByRole("row").slice(1).map((row) => within(row).getAllByRole("cell")[1]?.textContent);
    expect(cells).toEqual([
      "Dana",
      "Robin RefusedIts owner no longer has the rights. Approve it to become its owner.",
      "Dana ReducedIts owner no longer has all of the rights, and neither has it. Approve it to become its owner.",
      " No ownerIt works, but nobody answers for it. Approve it to become its owner.",
      "Dana RefusedThe directory has not confirmed its owner for a day. Look at the connectors of the owner's forest, or approve it to become its owner.",
    ]);
    await userEvent.click(screen.getByRole("button", { name: "Actions for Gone" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Approve" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Approve Gone?" }));
    expect(seen.some(({ method }) => method === "POST"), "asks first").toBe(false);
    await userEvent.click(dialog.getByRole("button", { name: "Approve service principal" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(seen.filter(({ method }) => method === "POST").length).toBe(1);
  });

  // T04
  it("are approved by those only who hold what they were given", async () => {
    const custom = { ...me, rights: { full: false, permissions: ["secure_clients" as const, "system_log" as const] } };
    serve({ [`GET ${base}/service-principals`]: { body: { items: [collector, installer, { ...collector, id: "cli_7", name: "File", permissions: [] }], cursor: "" } } });
    renderAs(<ApiAccessPage />, custom, "/identity/api-access");
    await table();
    for (const [name, refused] of [["Collector", null], ["Installer", "true"], ["File", "true"]] as const) {
      await userEvent.click(screen.getByRole("button", { name: `Actions for ${name}` }));
      expect((await screen.findByRole("menuitem", { name: /^Approve/ })).getAttribute("aria-disabled"), name).toBe(refused);
      await userEvent.keyboard("{Escape}");
    }
  });
});
