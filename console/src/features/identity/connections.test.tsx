import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { describe, expect, it, vi } from "vitest";
import * as mock from "../../../mock/federation";
import { providers } from "../../../mock/data";
import type { Connection, ConnectionSummary } from "../../api/contract/connections";
import { expectAccessible } from "../../test/axe";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import { ConnectionActions } from "./components/connections/ConnectionActions";
import { ConnectionCards } from "./components/connections/ConnectionCards";
import AuthenticationPage from "./pages/AuthenticationPage";
import ConnectionPage from "./pages/ConnectionPage";
import SamlDraftPage from "./pages/SamlDraftPage";
import SelfTestPage from "./pages/SelfTestPage";

const base = "/alpine4k7q/v1";
const summary: ConnectionSummary = {
  id: "idp_1", type: "saml", nickname: "Alpine SSO", signInUrlId: "alpine", signInUrl: "https://console.example/go/alpine", status: "connected",
  usedByWorkspace: false, createdAt: "2026-01-01T00:00:00Z", adminCapable: true,
};
const press = async (name: string | RegExp) => userEvent.click(await screen.findByRole("button", { name }));
const choose = async (name: string) => {
  await userEvent.click(screen.getByRole("button", { name: "Actions for Alpine SSO" }));
  await userEvent.click(await screen.findByRole("menuitem", { name }));
};

describe("the card of a connection", () => {
  // Spec: SSO-250
  it("shows name, administrator sign-in URL and state", () => {
    renderAs(<ConnectionCards connections={[summary]} />);
    expect(screen.getByRole("link", { name: "Alpine SSO" }).getAttribute("href")).toBe("/identity/connections/idp_1");
    expect(screen.getByText(/^Admin Sign-in URL:/).textContent).toContain("https://console.example/go/alpine");
    expect(screen.getByText("Connected")).toBeTruthy();
  });

  // Spec: SSO-246
  it("has exactly the documented menu", async () => {
    renderAs(<ConnectionActions connection={summary} />);
    await userEvent.click(screen.getByRole("button", { name: "Actions for Alpine SSO" }));
    expect((await screen.findAllByRole("menuitem")).map(({ textContent }) => textContent)).toEqual([
      "Manage subscriber access", "Change administrator sign-in URL", "View", "Clone", "Rename identity provider", "Delete identity provider",
    ]);
  });

  // Spec: SSO-247
  it("leads from Manage subscriber access to the choice of the method", async () => {
    renderAs(
      <Routes>
        <Route path="/" element={<ConnectionActions connection={summary} />} />
        <Route path="/workspace/authentication" element={<p>the method</p>} />
      </Routes>,
    );
    await choose("Manage subscriber access");
    expect(await screen.findByText("the method")).toBeTruthy();
  });

  // Spec: SAM-030
  it("is deleted only after a confirmation that names the connection", async () => {
    const seen = serve({ [`DELETE ${base}/connections/idp_1`]: { status: 204 } });
    const onDeleted = vi.fn();
    renderAs(<ConnectionActions connection={summary} onDeleted={onDeleted} />);
    await choose("Delete identity provider");
    const dialog = await screen.findByRole("dialog", { name: /Delete Alpine SSO\?/ });
    expect(seen).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Yes, disconnect" }));
    await waitFor(() => expect(onDeleted).toHaveBeenCalledOnce());
  });

  it("cannot be deleted while the workspace uses it, and says what to do first", async () => {
    const seen = serve({});
    renderAs(<ConnectionActions connection={{ ...summary, usedByWorkspace: true }} />);
    await choose("Delete identity provider");
    const dialog = await screen.findByRole("dialog", { name: /Delete Alpine SSO\?/ });
    expect(within(dialog).getByRole("link", { name: "Choose another method" }).getAttribute("href")).toBe("/workspace/authentication");
    expect(within(dialog).queryByRole("button", { name: "Yes, disconnect" })).toBeNull();
    expect(seen).toEqual([]);
  });

  // Spec: SAM-066, SAM-067, SAM-068
  it("is cloned with an identifier and a nickname of its own, and leads to the form", async () => {
    let answer: object = { status: 400, body: { detail: "No.", errors: [{ field: "nickname", code: "taken", detail: "Another connection has this nickname." }] } };
    const seen = serve({
      [`GET ${base}/sign-in-urls/alpine`]: { body: { available: false } },
      [`GET ${base}/sign-in-urls/alpine2`]: { body: { available: true } },
      [`POST ${base}/connections/idp_1/clone`]: () => answer,
    });
    renderAs(
      <Routes>
        <Route path="/" element={<ConnectionActions connection={summary} />} />
        <Route path="/identity/drafts/:draftId" element={<p>the form</p>} />
      </Routes>,
    );
    await choose("Clone");
    const url = await screen.findByRole("textbox", { name: "Sign-in URL identifier" });
    await userEvent.type(url, "alpine");
    expect(await screen.findByText("This identifier is taken. Choose another.")).toBeTruthy();
    expect(url.getAttribute("aria-invalid")).toBe("true");
    await userEvent.type(url, "2");
    expect(await screen.findByText("It is free.")).toBeTruthy();
    await userEvent.type(screen.getByRole("textbox", { name: "Identity Provider Nickname" }), "Alpine SSO");
    await press("Save and continue");
    expect(await screen.findByText("Another connection has this nickname.")).toBeTruthy();
    expect(url).toHaveProperty("value", "alpine2");
    answer = { status: 201, body: { ...mock.draft, id: "draft_2" } };
    await press("Save and continue");
    expect(await screen.findByText("the form")).toBeTruthy();
    expect(seen.filter(({ method }) => method === "POST").at(-1)?.body).toEqual({ signInUrlId: "alpine2", nickname: "Alpine SSO" });
  });
});

// Spec: IAM-005, SAM-156
it("lists connections and types, and adds a provider from the page's menu", async () => {
  serve({
    [`GET ${base}/identity-providers`]: { body: { items: providers, cursor: "" } },
    [`GET ${base}/connection-drafts`]: { body: { items: [], cursor: "" } },
    [`GET ${base}/directory/domains`]: { body: { items: [], cursor: "" } },
  });
  const { container } = renderAs(<main id="main"><AuthenticationPage /></main>, me, "/identity/authentication");
  await press("Add an identity provider");
  await userEvent.click(await screen.findByRole("menuitem", { name: "SAML 2.0" }));
  expect(await screen.findByRole("dialog", { name: "Connect SAML 2.0" })).toBeTruthy();
  await expectAccessible(container);
});

function openConnection(connection: Connection = mock.connection, answers: Parameters<typeof serve>[0] = {}, path = `/identity/connections/${connection.id}`) {
  const seen = serve({
    [`GET ${base}/connections/${connection.id}`]: { body: connection, etag: '"7"' },
    [`GET ${base}/saml-rotation`]: { body: mock.rotation },
    [`GET ${base}/workspace/custom-domain/saml`]: { body: mock.customSaml, etag: '"1"' },
    ...answers,
  });
  const { container } = renderAs(
    <Routes>
      <Route path="/identity/connections/:connectionId" element={<ConnectionPage />} />
    </Routes>,
    me,
    path,
  );
  return { seen, container };
}

/** The value beside a label of the view. */
const valueOf = async (label: string) => {
  const term = (await screen.findAllByText(label)).find((each) => each.closest("dt") !== null);
  return term?.closest(".pf-v6-c-description-list__group")?.querySelector("dd")?.textContent;
};

describe("the view of a connection", () => {
  // Spec: SSO-153, SSO-188, SSO-254, SAM-127
  it("shows every value of both applications, read-only, and is accessible", async () => {
    const { container } = openConnection();
    expect(await valueOf("SAML Application Scoped Entity ID")).toBe("Disabled");
    expect(await valueOf("SAML Application for Custom Domain Scoped Entity ID")).toBe("Enabled Manage custom domain");
    await screen.findByText("Service Provider Assertion Consumer Service (ACS) for custom domain");
    expect(await valueOf("Service Provider Assertion Consumer Service (ACS) for custom domain")).toContain("https://workspaces.alpine.example/saml/acs");
    expect(await valueOf("Service Provider Logout URL (SLO) for custom domain")).toContain("https://workspaces.alpine.example/saml/logout/callback");
    expect(await valueOf("Identity Provider Entity ID for custom domain")).toContain("https://idp.alpine.example/app2");
    expect(await valueOf("Identity Provider Binding Mechanism")).toBe("HTTP Post");
    expect(await valueOf("Identity Provider SAML Response")).toBe("Sign Either Response or Assertion");
    expect(await valueOf("Identity Provider Authentication Context")).toBe("Unspecified, Exact");
    expect(screen.getAllByRole("link", { name: "Manage custom domain" })[0]?.getAttribute("href")).toBe("/workspace/custom-domain/saml");
    for (const name of ["Identity Provider Entity ID", "Identity Provider SSO Service URL", "Identity Provider Logout URL (optional)"]) {
      expect(screen.getAllByRole("button", { name: `Copy ${name}` }).length, name).toBe(1);
    }
    await expectAccessible(container);
  });

  // Spec: SSO-178, SSO-188
  it("says that the addresses are the custom domain's when it is used alone, and that administrators' are others", async () => {
    const alone = { ...mock.connection, customDomain: null, serviceProvider: mock.customServiceProvider.customOnly };
    openConnection(alone);
    const note = (await screen.findByText("The workspace uses only the custom domain")).closest<HTMLElement>(".pf-v6-c-alert") as HTMLElement;
    expect(note.textContent).toContain(`Sign-ins of administrators at ${alone.signInUrl} still come back to ${alone.standardAcsUrl}.`);
    expect(within(note).getByRole("link", { name: "Manage custom domain" }).getAttribute("href")).toBe("/workspace/custom-domain/saml");
    expect(await valueOf("Service Provider Assertion Consumer Service (ACS)")).toContain("https://workspaces.alpine.example/saml/acs");
    cleanup();
    openConnection({ ...alone, adminCapable: false, signInUrl: "" });
    expect(await screen.findByText("The workspace uses only the custom domain")).toBeTruthy();
    expect(screen.queryByText(/Sign-ins of administrators/)).toBeNull();
    cleanup();
    openConnection();
    expect(await valueOf("Service Provider Assertion Consumer Service (ACS)")).toContain(mock.connection.standardAcsUrl);
    expect(screen.queryByText("The workspace uses only the custom domain")).toBeNull();
  });

  // Spec: SSO-219, SSO-218
  it("shows both signing switches, and whether a rotation of our certificate affects it", async () => {
    openConnection();
    expect(await valueOf("Identity Provider Sign Authentication Request")).toBe("Yes");
    expect(await valueOf("Identity Provider Sign Logout (SLO) Request")).toBe("Yes");
    expect((await screen.findByText("A rotation of our signing certificate affects this identity provider.")).closest(".pf-m-warning")).toBeTruthy();
    expect(screen.getByText("A Logout URL is set.")).toBeTruthy();
    expect(await screen.findByText("Has the next certificate")).toBeTruthy();
  });

  // Spec: SSO-238, SSO-239, SSO-244
  it("warns of certificates in the documented words, and offers no download of them", async () => {
    openConnection();
    expect(await screen.findByText("Your certificate has expired. Upload another certificate to continue using this identity provider.")).toBeTruthy();
    expect(screen.getByText(/^Certificate Expiring Soon: /)).toBeTruthy();
    for (const text of ["Slot 1", "Slot 2", "publicwildcard.alpine.example.com.cer"]) expect(screen.getByText(text), text).toBeTruthy();
    const section = screen.getByText("Identity provider certificates (X.509 Certificate)").closest<HTMLElement>(".pf-v6-c-card") as HTMLElement;
    expect(within(section).getAllByText(/CN=idp\.alpine\.example$/).length).toBe(2);
    expect(section.querySelector("a, [download]")).toBeNull();
  });

  // Spec: SSO-240
  it("uploads a certificate into an expired slot with the version that was seen, and keeps the file when it is refused", async () => {
    const put = `PUT ${base}/connections/${mock.connection.id}/certificates/1`;
    let answer: object = { status: 400, body: { detail: "No.", errors: [{ field: "pem", code: "x", detail: "The file holds no certificate." }] } };
    const { seen } = openConnection(mock.connection, { [put]: () => answer });
    await userEvent.click((await screen.findAllByRole("button", { name: "Upload Certificate" }))[0] as HTMLElement);
    const dialog = await screen.findByRole("dialog", { name: "Upload Certificate" });
    await userEvent.upload(dialog.querySelector("input[type=file]") as HTMLInputElement, new File(["-----BEGIN CERTIFICATE-----\nx\n"], "new.pem"));
    const save = within(dialog).getByRole("button", { name: "Upload Certificate" });
    await waitFor(() => expect(save).toHaveProperty("disabled", false));
    await userEvent.click(save);
    expect(await within(dialog).findByText("The file holds no certificate.")).toBeTruthy();
    answer = { status: 200, body: mock.connection };
    await userEvent.click(save);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const sent = seen.filter(({ method }) => method === "PUT");
    expect(sent.at(-1)).toMatchObject({ ifMatch: '"7"', body: { fileName: "new.pem", pem: "-----BEGIN CERTIFICATE-----\nx\n" } });
  });

  const proposal = (id: string, decision: string) => `${base}/connections/${mock.connection.id}/key-proposals/${id}/${decision}`;

  it("shows a proposed key beside the trusted ones, and accepts it only after a warning that repeats what to compare", async () => {
    const path = proposal("prop_1", "accept");
    const { seen } = openConnection(mock.connection, { [`POST ${path}`]: { body: mock.connection } });
    const table = within(await screen.findByRole("grid", { name: "Keys now and proposed" }));
    expect(table.getAllByText("Trusted").length).toBe(2);
    expect(table.getByText("Proposed")).toBeTruthy();
    expect(screen.getByText("The metadata are not signed with a key that this connection trusts.")).toBeTruthy();
    await press("Accept key CN=idp.alpine.example,O=Alpine");
    const dialog = within(await screen.findByRole("dialog", { name: /Accept this key\?/ }));
    expect(seen.some(({ method }) => method === "POST"), "asks first").toBe(false);
    expect(dialog.getByText("9".repeat(64))).toBeTruthy();
    expect(dialog.getByText("CN=idp.alpine.example,O=Alpine")).toBeTruthy();
    expect(dialog.getByText("Valid")).toBeTruthy();
    expect(dialog.getByText("The metadata are not signed with a key that this connection trusts.")).toBeTruthy();
    await expectAccessible();
    await userEvent.click(dialog.getByRole("button", { name: "Accept key" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(seen.some((request) => request.path === path)).toBe(true);
  });

  it("accepts a key that a trusted one vouches for without that warning, and tells in the dialog why it cannot", async () => {
    const signed = { ...mock.connection, keyProposals: mock.connection.keyProposals.map((each) => ({ ...each, signedByTrustedKey: true })) };
    openConnection(signed, { [`POST ${proposal("prop_1", "accept")}`]: { status: 409, body: { detail: "Both slots hold certificates that are still valid." } } });
    await press("Accept key CN=idp.alpine.example,O=Alpine");
    const dialog = within(await screen.findByRole("dialog", { name: /Accept this key\?/ }));
    expect(dialog.queryByText("The metadata are not signed with a key that this connection trusts.")).toBeNull();
    await userEvent.click(dialog.getByRole("button", { name: "Accept key" }));
    expect(await dialog.findByText("Both slots hold certificates that are still valid.")).toBeTruthy();
  });

  it("rejects a key only after a confirmation, and offers a rejected one again", async () => {
    const { seen } = openConnection(mock.connection, {
      [`POST ${proposal("prop_1", "reject")}`]: { body: mock.connection },
      [`POST ${proposal("prop_2", "offer")}`]: { body: mock.connection },
    });
    const posts = () => seen.filter(({ method }) => method === "POST").map(({ path }) => path);
    await press("Reject key CN=idp.alpine.example,O=Alpine");
    const dialog = within(await screen.findByRole("dialog", { name: /Reject this key\?/ }));
    expect(dialog.getByText("9".repeat(64))).toBeTruthy();
    expect(posts()).toEqual([]);
    await userEvent.click(dialog.getByRole("button", { name: "Reject key" }));
    await waitFor(() => expect(posts()).toEqual([proposal("prop_1", "reject")]));
    const rejected = screen.getByRole("list", { name: "Rejected keys" });
    expect(rejected.textContent).toContain(`SHA-256 ${"5".repeat(64)}`);
    expect(rejected.textContent).toContain("Rejected by Dana Admin");
    await press("Offer again CN=idp-2024.alpine.example,O=Alpine");
    await waitFor(() => expect(posts().at(-1)).toBe(proposal("prop_2", "offer")));
  });

  it("does not list as rejected what was uploaded again since", async () => {
    const { settings } = mock.connection;
    openConnection({ ...mock.connection, settings: { ...settings, certificates: [mock.certificate(1, "ok", { fingerprint: "5".repeat(64) })] } });
    await screen.findByRole("textbox", { name: "Metadata URL" });
    expect(screen.queryByRole("list", { name: "Rejected keys" })).toBeNull();
    expect(screen.getByRole("button", { name: "Add another certificate" })).toBeTruthy();
    expect(screen.queryByText(/^A connection holds at most two certificates/)).toBeNull();
  });

  it("says why no certificate can be added to two", async () => {
    openConnection();
    expect(await screen.findByText("A connection holds at most two certificates. Replace or remove one first.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Add another certificate" })).toBeNull();
  });

  // Spec: SSO-245
  it("offers no place beside a valid certificate where the operator allows one", async () => {
    const { settings } = mock.connection;
    const one = (...certificates: ReturnType<typeof mock.certificate>[]) => ({ ...mock.connection, secondCertificate: false, settings: { ...settings, certificates } });
    openConnection(one(mock.certificate(1, "expiringSoon")));
    expect(await screen.findByText(/^A connection has one valid certificate in this installation/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Add another certificate" })).toBeNull();
    cleanup();
    openConnection(one(mock.certificate(1, "expired"), mock.certificate(2, "ok")));
    expect(await screen.findByText(/^A connection has one valid certificate in this installation/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Upload Certificate" })).toBeNull();
    cleanup();
    openConnection(one(mock.certificate(1, "expired")));
    expect((await screen.findAllByRole("button", { name: "Upload Certificate" })).length).toBeGreaterThan(0);
    expect(screen.queryByText(/^A connection has one valid certificate/)).toBeNull();
    expect(screen.queryByRole("button", { name: "Add another certificate" })).toBeNull();
    expect(screen.queryByText(/beside it/)).toBeNull();
  });

  // Spec: SAM-082
  it("shows warnings of the settings, which only a clone can change", async () => {
    openConnection({ ...mock.connection, warnings: [{ field: "settings.sloBinding", code: "warning_logout_too_long", text: "Too long.", hint: "Use POST." }] });
    const item = await screen.findByText(/Too long\. Use POST\./);
    expect(item.textContent).toContain("Identity Provider Logout (SLO) Binding Mechanism: ");
  });

  it("warns of no rotation while none is planned", async () => {
    openConnection(mock.connection, { [`GET ${base}/saml-rotation`]: { body: { ...mock.rotation, plan: null } } });
    const text = await screen.findByText("No rotation is planned at present. When one is, it affects this identity provider:");
    expect(text.closest(".pf-v6-c-alert")).toBeNull();
    expect(screen.getByText("A Logout URL is set.")).toBeTruthy();
    expect(screen.queryByText("A rotation of our signing certificate affects this identity provider.")).toBeNull();
  });

  it("sends the window of a test with the next key on its way", async () => {
    const target = { location: { href: "" }, close: vi.fn() };
    vi.stubGlobal("open", () => target);
    openConnection(mock.connection, { [`POST ${base}/connections/${mock.connection.id}/next-key-test`]: { body: { url: "https://saml.example/saml/start?h=2" } } });
    await press("Sign a test request with the next key");
    await waitFor(() => expect(target.location.href).toBe("https://saml.example/saml/start?h=2"));
  });

  it("keeps an address of metadata that the server refuses, with the objection beside it", async () => {
    const { seen } = openConnection(mock.connection, {
      [`PUT ${base}/connections/${mock.connection.id}/metadata-source`]: {
        status: 400, body: { detail: "No.", errors: [{ field: "url", code: "private", detail: "This address is not public." }] },
      },
    });
    const url = await screen.findByRole("textbox", { name: "Metadata URL" });
    await userEvent.clear(url);
    await userEvent.type(url, "https://10.0.0.1/m");
    await press("Save");
    expect(await screen.findByText("This address is not public.")).toBeTruthy();
    expect(url).toHaveProperty("value", "https://10.0.0.1/m");
    expect(seen.find(({ method }) => method === "PUT")).toMatchObject({ ifMatch: '"7"', body: { url: "https://10.0.0.1/m" } });
  });
});

describe("the test bench", () => {
  it("shows refusals, signatures, claims and the escaped message of a saved connection's test, found by its address", async () => {
    openConnection(mock.connection, { [`GET ${base}/connection-tests/tst_1`]: { body: mock.test } }, `/identity/connections/${mock.connection.id}?test=tst_1`);
    const dialog = within(await screen.findByRole("dialog", { name: "Test the connection" }));
    expect(await dialog.findByText("The assertion is meant for another service.")).toBeTruthy();
    expect(dialog.getByText("Setting to change: Configure scoped SAML Entity ID")).toBeTruthy();
    const rows = (name: string) => within(dialog.getByRole("grid", { name })).getAllByRole("row").slice(1).map(({ textContent }) => textContent);
    expect(rows("Signatures")[0]).toContain("Not signed");
    expect(rows("Signatures")[1]).toContain("Verified");
    expect(rows("Signatures")[1]).toContain("RSA with SHA-256http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
    expect(rows("Claims as they were read")[1]).toBe("Security Identifier (SID)cip_sidS-1-5-21-1-2-3-1104Active Directory");
    expect(rows("Attributes as they came")[1]).toContain("Everybody");
    await userEvent.click(dialog.getByRole("button", { name: "Decoded message" }));
    expect(dialog.getByRole("region", { name: "Decoded message" }).textContent).toContain("<samlp:Response");
    await expectAccessible();
  });

  it("leads from a refusal of a draft's test to the field", async () => {
    const draft = { ...mock.draft, test: { ...mock.draft.test, state: "none" as const } };
    let state: "none" | "failed" = "none";
    const failure = { code: "audience", detail: "d", hint: "h", setting: "scopedEntityId" };
    const path = `${base}/connection-drafts/draft_1`;
    serve({
      [`GET ${base}/directory/domains`]: { body: { items: [], cursor: "" } },
      [`GET ${base}/identity-providers/presets`]: { body: { items: [], cursor: "" } },
      [`GET ${path}`]: () => ({ body: { ...draft, test: { ...draft.test, state, failure: state === "failed" ? failure : null } } }),
      [`PATCH ${path}`]: { body: draft },
      [`POST ${path}/test`]: () => {
        state = "failed";
        return { body: { url: "https://saml.example/start", testId: "tst_1" } };
      },
      [`GET ${base}/connection-tests/tst_1`]: { body: mock.test },
    });
    vi.stubGlobal("open", () => ({ location: { href: "" }, close: vi.fn() }));
    renderAs(
      <Routes>
        <Route path="/identity/drafts/:draftId" element={<SamlDraftPage />} />
      </Routes>,
      me,
      "/identity/drafts/draft_1",
    );
    await press("Test");
    await press("Go to the setting: Configure scoped SAML Entity ID");
    await waitFor(() => expect(document.activeElement?.id).toBe("saml-scoped"));
  });
});

describe("the form of a draft", () => {
  const open = (more: Partial<typeof mock.draft> = {}) => {
    serve({
      [`GET ${base}/directory/domains`]: { body: { items: [], cursor: "" } },
      [`GET ${base}/identity-providers/presets`]: { body: { items: mock.presets, cursor: "" } },
      [`GET ${base}/connection-drafts/draft_1`]: { body: { ...mock.draft, ...more } },
    });
    return renderAs(
      <Routes>
        <Route path="/identity/drafts/:draftId" element={<SamlDraftPage />} />
      </Routes>,
      me,
      "/identity/drafts/draft_1",
    );
  };

  // Spec: SSO-011
  it("shows a preset's hints and warnings, and fills nothing in", async () => {
    open();
    await userEvent.selectOptions(await screen.findByRole("combobox", { name: "Identity provider" }), "Okta");
    expect(await screen.findByText("Okta calls it Issuer.")).toBeTruthy();
    expect(screen.getByText(/ask the operator for SendNameIDPolicyInSAMLRequest/)).toBeTruthy();
    const entity = screen.getByRole<HTMLInputElement>("textbox", { name: "Identity Provider Entity ID" });
    expect([entity.placeholder, entity.value]).toEqual(["http://www.okta.com/<oktaSAMLappID>", ""]);
  });

  it("shows warnings, the origin of a clone, and the default of an emptied name struck through", async () => {
    const { container } = open();
    expect(await screen.findByText(/Copy the SingleSignOnService address/)).toBeTruthy();
    expect(screen.getByText("These settings were copied from another connection")).toBeTruthy();
    expect(screen.getByText("cip_oid", { selector: "s" })).toBeTruthy();
    expect(screen.getByText(/^Signing our requests does not make the identity provider refuse unsigned ones/)).toBeTruthy(); // Spec: SSO-050
    await expectAccessible(container);
  });

  it("offers encryption only with a scoped entity ID, and CBC only with encryption", async () => {
    const { unmount } = open();
    const box = (name: string) => screen.getByRole<HTMLInputElement>("checkbox", { name });
    expect((await screen.findByRole<HTMLInputElement>("checkbox", { name: "Accept encrypted assertions" })).disabled).toBe(true);
    unmount();
    open({ id: "draft_1", settings: { ...mock.draft.settings, scopedEntityId: true } });
    await screen.findByRole("checkbox", { name: "Accept encrypted assertions" });
    expect(box("Allow AES in CBC mode").disabled).toBe(true);
    await userEvent.click(box("Accept encrypted assertions"));
    expect(box("Allow AES in CBC mode").disabled).toBe(false);
  });
});

it("runs the self-test and puts a wrong verdict first", async () => {
  const wrong = { name: "comment in name", title: "", group: "reading" as const, expected: "saml_comment", expectedText: "", got: "accepted", gotText: "It is accepted.", ok: false };
  serve({ [`POST ${base}/tools/saml-self-test`]: { body: { passed: false, items: [...mock.selfTest.items, wrong] } } });
  const { container } = renderAs(<SelfTestPage />);
  await press("Run self-test");
  expect(await screen.findByText(/^1 of 4 cases went wrong/)).toBeTruthy();
  const rows = within(screen.getByRole("grid", { name: "Cases" })).getAllByRole("row").map(({ textContent }) => textContent);
  expect(rows[1]).toBe("comment in nameReadingsaml_commentIt is accepted.acceptedWrong");
  expect(rows[2]).toContain("Forged response around the genuine one, which stands in its signaturexsw1");
  expect(rows[3]).toContain("The message is not well-formed XML.saml_ill_formed");
  await expectAccessible(container);
});
