import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import * as mock from "../../../mock/federation";
import { expectAccessible } from "../../test/axe";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import { CustomDomainCard } from "./components/CustomDomainCard";
import CustomSamlPage from "./pages/CustomSamlPage";

const base = "/alpine4k7q/v1/workspace";
const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));
const box = (name: string) => screen.findByRole<HTMLInputElement>("textbox", { name });
const absent = { status: 404, body: { detail: "There is none.", code: "custom_domain_absent" } };
const configuration = { name: "alpine", url: "https://alpine.workspace.example", customHost: "workspaces.alpine.example", authentication: { method: "saml", connectionId: "idp_1" }, formerNames: [], choices: [] };
const there = { [`GET ${base}/configuration`]: { body: configuration, etag: '"4"' }, [`GET ${base}/custom-domain`]: { body: mock.customDomain, etag: '"3"' } };
const none = { [`GET ${base}/configuration`]: { body: { ...configuration, customHost: "" }, etag: '"4"' } };
const sent = (seen: ReturnType<typeof serve>) => seen.filter(({ method }) => method !== "GET");

describe("the custom workspace URL", () => {
  it("is added with a host and the source of its certificate; what is refused stays, with the reason at the field", async () => {
    let answer: object = { status: 400, body: { detail: "No.", errors: [{ field: "host", code: "x", detail: "Enter a name of a domain of yours." }] } };
    const seen = serve({ ...none, [`PUT ${base}/custom-domain`]: () => answer });
    renderAs(<CustomDomainCard />);
    await press("Add your own domain");
    expect(seen.map(({ path }) => path), "what is not there is not asked for").toEqual([`${base}/configuration`]);
    await userEvent.type(await box("Host name"), "workspaces");
    await userEvent.click(screen.getByRole("radio", { name: "Uploaded" }));
    await press("Save");
    expect(await screen.findByText("Enter a name of a domain of yours.")).toBeTruthy();
    await userEvent.type(await box("Host name"), ".alpine.example");
    answer = { body: mock.customDomain };
    await press("Save");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sent(seen).at(-1)).toMatchObject({ ifMatch: null, body: { host: "workspaces.alpine.example", tls: "upload" } });
  });

  // Spec: SSO-182
  it("shows that it is being set up, the DNS record to create, and its certificate", async () => {
    serve({ ...there });
    const { container } = renderAs(<CustomDomainCard />);
    expect(await screen.findByText("Provisioning")).toBeTruthy();
    expect(screen.getByText(/up to 24 hours/)).toBeTruthy();
    expect(screen.getByText("causeway-domain=k7q9m2x4vb1p5ns8")).toBeTruthy();
    await expectAccessible(container);
  });

  it("is removed only after a confirmation, and only in the version that was seen", async () => {
    const seen = serve({ ...there, [`DELETE ${base}/custom-domain`]: { status: 204 } });
    renderAs(<CustomDomainCard />);
    await press("Actions for Custom Workspace URL");
    await userEvent.click(await screen.findByRole("menuitem", { name: "Remove custom domain" }));
    const dialog = await screen.findByRole("dialog", { name: /Remove workspaces\.alpine\.example\?/ });
    expect(sent(seen)).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Remove custom domain" }));
    await waitFor(() => expect(sent(seen)).toMatchObject([{ method: "DELETE", ifMatch: '"3"' }]));
  });

  it("takes certificate and key as two files, and sends them once", async () => {
    const seen = serve({ ...there, [`PUT ${base}/custom-domain/certificate`]: { body: mock.customDomain } });
    renderAs(<CustomDomainCard />);
    await press("Actions for Custom Workspace URL");
    await userEvent.click(await screen.findByRole("menuitem", { name: "Upload certificate" }));
    const dialog = await screen.findByRole("dialog", { name: "Upload certificate" });
    const [chain, key] = dialog.querySelectorAll<HTMLInputElement>("input[type=file]");
    const save = within(dialog).getByRole<HTMLButtonElement>("button", { name: "Upload certificate" });
    await userEvent.upload(chain as HTMLInputElement, new File(["chain"], "chain.pem"));
    expect(save.disabled).toBe(true);
    await userEvent.upload(key as HTMLInputElement, new File(["key"], "key.pem"));
    await waitFor(() => expect(save.disabled).toBe(false));
    await userEvent.click(save);
    await waitFor(() => expect(sent(seen)).toMatchObject([{ ifMatch: '"3"', body: { certificatePem: "chain", privateKeyPem: "key" } }]));
  });
});

describe("the sign-in check", () => {
  // Spec: SSO-199
  it("shows where each address leads, what passed, and what to change", async () => {
    const seen = serve({ ...there, [`POST ${base}/custom-domain/check`]: { body: { items: mock.checks, cursor: "" } } });
    const { container } = renderAs(<CustomDomainCard />);
    await press("Check");
    const table = within(await screen.findByRole("grid", { name: "Sign-in check" }));
    expect(sent(seen)).toMatchObject([{ method: "POST", path: `${base}/custom-domain/check` }]);
    expect(screen.getByText("1 of 3 sign-ins do not lead where they should.")).toBeTruthy();
    const [, name, custom, go] = table.getAllByRole("row").map((row) => row.textContent);
    expect(name).toMatch(/Workspace URL.*alpine\.workspace\.causeway\.localhost.*idp\.alpine\.example\/sso.*saml\.causeway\.localhost\/saml\/acs.*Passed/);
    expect(custom).toMatch(/Custom domain.*No request was seen.*Failed.*Nobody can sign in.*Wait until the domain is active/);
    expect(go).toMatch(/Administrator sign-in URL.*Passed/);
    await expectAccessible(container);
  });

  it("tells why it cannot run, and is not offered without full access", async () => {
    serve({ ...there, [`POST ${base}/custom-domain/check`]: { status: 409, body: { detail: "The workspace does not use SAML 2.0." } } });
    const { unmount } = renderAs(<CustomDomainCard />);
    await press("Check");
    expect(await screen.findByText("The workspace does not use SAML 2.0.")).toBeTruthy();
    unmount();
    renderAs(<CustomDomainCard />, { ...me, rights: { full: false, permissions: ["workspace_configuration"] } });
    expect(await screen.findByText("Provisioning")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Check" })).toBeNull();
  });
});

describe("Configure for SAML", () => {
  const open = (answers: Parameters<typeof serve>[0]) => {
    const seen = serve({
      ...there,
      [`GET ${base}/custom-domain/saml`]: { body: mock.customSaml, etag: '"5"' },
      [`GET ${base}/custom-domain/saml/service-provider`]: { body: mock.customServiceProvider },
      ...answers,
    });
    return { seen, ...renderAs(<CustomSamlPage />) };
  };

  // Spec: SSO-185, SSO-187
  it("has both modes, the notes, our metadata and the four inputs", async () => {
    const { container } = open({});
    expect(await screen.findByRole("heading", { name: "Configure for SAML" })).toBeTruthy();
    expect(screen.getByText("Configuration SAML Connection to Causeway for Custom Domain")).toBeTruthy();
    expect(await screen.findByRole("radio", { name: "Use both alpine.workspace.example URL and custom domain URL" })).toHaveProperty("checked", true);
    expect(screen.getByText("Changes take effect within 10 minutes.")).toBeTruthy();
    expect(screen.getByText("The second application must be backed by the same Active Directory as the first.")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Download" }).getAttribute("href")).toBe(mock.customSaml.serviceProvider.metadataUrl);
    for (const name of ["Identity Provider Entity ID for custom domain", "Identity Provider SSO service URL for custom domain", "Identity Provider Logout URL for custom domain (optional)"]) {
      expect(await box(name), name).toBeTruthy();
    }
    expect(screen.getByRole("list", { name: "Identity Provider Signing Certificate for custom domain" }).textContent).toMatch(/CN=idp\.partner\.example · valid until /);
    await expectAccessible(container);
  });

  // Spec: SSO-181
  it("shows what the server misses at its field, keeps the rest, and saves the version that was seen", async () => {
    let answer: object = { status: 400, body: { detail: "No.", errors: [{ field: "ssoServiceUrl", code: "https", detail: "Begin with https://." }] } };
    const { seen } = open({ [`PUT ${base}/custom-domain/saml`]: () => answer });
    const sso = await box("Identity Provider SSO service URL for custom domain");
    await userEvent.clear(sso);
    await userEvent.type(sso, "http://idp");
    await press("Save");
    expect(await screen.findByText("Begin with https://.")).toBeTruthy();
    expect(sso.value).toBe("http://idp");
    answer = { body: mock.customSaml };
    await press("Save");
    expect(await screen.findByText("Saved.")).toBeTruthy();
    expect(sent(seen).at(-1)).toMatchObject({ ifMatch: '"5"', body: { mode: "both", idpEntityId: mock.customSaml.idpEntityId, ssoServiceUrl: "http://idp" } });
  });

  it("tells that it is saved although that makes a new version, until something is changed", async () => {
    let version = 5;
    open({
      [`GET ${base}/custom-domain/saml`]: () => ({ body: mock.customSaml, etag: `"${version}"` }),
      [`PUT ${base}/custom-domain/saml`]: () => {
        version++;
        return { body: mock.customSaml };
      },
    });
    await userEvent.type(await box("Identity Provider Logout URL for custom domain (optional)"), "https://idp.example/slo");
    await press("Save");
    expect(await screen.findByText("Saved.")).toBeTruthy();
    expect((await box("Identity Provider Logout URL for custom domain (optional)")).value, "what the server has now").toBe("");
    await userEvent.type(await box("Identity Provider Logout URL for custom domain (optional)"), "x");
    expect(screen.queryByText("Saved.")).toBeNull();
  });

  it("has a certificate checked as soon as it is chosen, and adds what is good", async () => {
    let answer: object = { status: 400, body: { detail: "The certificate expired at noon.", hint: "Upload the current one.", code: "saml_certificate_expired" } };
    const { container, seen } = open({ [`POST ${base}/custom-domain/saml/certificates`]: () => answer });
    const list = await screen.findByRole("list", { name: "Identity Provider Signing Certificate for custom domain" });
    const input = container.querySelector("input[type=file]") as HTMLInputElement;
    await userEvent.upload(input, new File(["x"], "old.cer"));
    expect(await screen.findByText("old.cer: The certificate expired at noon. Upload the current one.")).toBeTruthy();
    answer = { body: mock.certificate(0, "ok", { fileName: "new.cer" }) };
    await userEvent.upload(input, new File(["y"], "new.cer"));
    expect(await within(list).findByText("new.cer")).toBeTruthy();
    expect(screen.queryByText(/^old\.cer:/)).toBeNull();
    expect(sent(seen).at(-1)?.body).toEqual({ fileName: "new.cer", content: "eQ==" });
  });

  /** The value beside a label. */
  const valueOf = (label: string) => screen.getByText(label).closest(".pf-v6-c-description-list__group")?.querySelector("dd")?.textContent;
  const metadata = "Service Provider SAML Metadata for custom domain";

  // Spec: SSO-161, SSO-185
  it("has our values before anything is saved, since the application is made from them", async () => {
    const { container } = open({ [`GET ${base}/custom-domain/saml`]: absent });
    expect((await screen.findByRole("link", { name: "Download" })).getAttribute("href")).toBe("https://workspaces.alpine.example/saml/metadata");
    expect(valueOf("Service Provider Entity ID for custom domain")).toContain("https://saml.causeway.localhost");
    expect(valueOf("Service Provider Assertion Consumer Service (ACS) for custom domain")).toContain("https://workspaces.alpine.example/saml/acs");
    expect(valueOf("Service Provider Logout URL (SLO) for custom domain")).toContain("https://workspaces.alpine.example/saml/logout/callback");
    expect((await box("Identity Provider Entity ID for custom domain")).value).toBe("");
    await expectAccessible(container);
  });

  // Spec: SSO-160
  it("says that an entity ID of its own is given when it is saved, and shows the generic one again without it", async () => {
    open({ [`GET ${base}/custom-domain/saml`]: absent });
    const scoped = await screen.findByRole("switch", { name: "Configure scoped SAML Entity ID" });
    await userEvent.click(scoped);
    expect(valueOf("Service Provider Entity ID for custom domain")).toBe("After you save");
    expect(valueOf(metadata)).toBe("After you save");
    expect(valueOf("Service Provider Assertion Consumer Service (ACS) for custom domain")).toContain("https://workspaces.alpine.example/saml/acs");
    expect(screen.getByText(/are here only after you save/)).toBeTruthy();
    await userEvent.click(scoped);
    expect(valueOf(metadata)).toBe("Download");
  });

  it("keeps the entity ID of an application that has its own", async () => {
    open({});
    expect(await screen.findByRole("link", { name: "Download" })).toBeTruthy();
    expect(valueOf("Service Provider Entity ID for custom domain")).toContain(mock.customSaml.serviceProvider.entityId);
    await userEvent.click(screen.getByRole("switch", { name: "Configure scoped SAML Entity ID" }));
    expect(valueOf("Service Provider Entity ID for custom domain")).not.toContain("99320fce");
  });

  // Spec: SSO-178, SSO-196
  it("warns that administrators do not come through the one application, unless there are none", async () => {
    const { unmount } = open({});
    await userEvent.click(await screen.findByRole("radio", { name: "Use only the custom domain URL" }));
    const warning = screen.getByText("Administrators cannot sign in through this one application").closest(".pf-v6-c-alert");
    expect(warning?.textContent).toContain(mock.customServiceProvider.signInUrl);
    expect(warning?.textContent).toContain(mock.customServiceProvider.acsUrl);
    expect(warning?.textContent).toContain("set up two applications");
    unmount();
    open({ [`GET ${base}/custom-domain/saml/service-provider`]: { body: { ...mock.customServiceProvider, signInUrl: "" } } });
    await userEvent.click(await screen.findByRole("radio", { name: "Use only the custom domain URL" }));
    expect(screen.queryByText("Administrators cannot sign in through this one application")).toBeNull();
  });

  // Spec: SSO-178
  it("asks for no second application when only the custom domain is used", async () => {
    open({ [`GET ${base}/custom-domain/saml`]: absent });
    await userEvent.click(await screen.findByRole("radio", { name: "Use only the custom domain URL" }));
    expect(screen.queryByRole("textbox")).toBeNull();
  });

  // Spec: SSO-180
  it("leads to what has to come first", async () => {
    const { unmount } = open(none);
    expect(await screen.findByRole("heading", { name: "The workspace has no custom domain" })).toBeTruthy();
    unmount();
    open({ [`GET ${base}/configuration`]: { body: { ...configuration, authentication: { method: "ad", connectionId: "" } } } });
    expect(await screen.findByRole("heading", { name: "The workspace does not use SAML" })).toBeTruthy();
  });
});
