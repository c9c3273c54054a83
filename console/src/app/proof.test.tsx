import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { MySettings } from "../api/contract/profile";
import type { CustomSamlInput } from "../api/contract/customDomain";
import { useAddFromDirectory, useInvite } from "../features/identity/administratorQueries";
import { useSamlActions } from "../features/workspace/domainQueries";
import { CreatePrincipalDialog } from "../features/identity/components/CreatePrincipalDialog";
import { useDraftActions } from "../features/identity/draftQueries";
import { useConnectionActions } from "../features/identity/federationQueries";
import { useApprovePrincipal, useChangeConnection, useCreatePrincipal } from "../features/identity/queries";
import { expectAccessible } from "../test/axe";
import { customer, me, renderAs } from "../test/render";
import { serve } from "../test/server";
import { ProofWatch } from "./ProofWatch";

const base = `/${customer.id}/v1`;
const settings: MySettings = {
  userName: "dana",
  email: "dana@alpine.example",
  authenticator: { enrolledAt: "2026-01-01T00:00:00Z" },
  recovery: { phone: "+41 ••• 00", email: "d•••@mail.example", backupCodes: { total: 10, used: 3 } },
  identityCheckedUntil: null,
};
const needed = { status: 403, body: { detail: "Prove that it is you before you change this.", code: "identity_check_needed" } };
const again = { status: 403, body: { detail: "Sign in again before you change this.", hint: "It counts for 10 minutes.", code: "sign_in_again_needed", signInAgain: "/go/acme?fresh=1" } };
const servicePrincipal = { id: "cli_1", name: "Collector", access: "full", permissions: [], createdAt: "2026-01-01T00:00:00Z", createdBy: "Dana", lastUsedAt: null };

/** Plays a server that takes the change once the person has proved himself. */
function guard(change: string, refusal: typeof needed, answer: { status?: number; body?: unknown } = { body: {} }) {
  let proved = false;
  const seen = serve({
    "GET /v1/me/settings": { body: settings },
    "POST /v1/me/identity-check": (body) => {
      proved = (body as { code: string }).code === "123456";
      return proved ? { body: {} } : { status: 400, body: { detail: "No.", errors: [{ field: "code", code: "x", detail: "This code is wrong." }] } };
    },
    "GET /v1/me": () => ({ body: proved ? { ...me, session: { ...me.session, signedInAt: "2026-01-02T00:00:00Z" } } : me }),
    [change]: () => (proved ? answer : refusal),
  });
  const sent = () => seen.filter(({ method, path }) => `${method} ${path}` === change);
  return { seen, sent, prove: () => (proved = true) };
}

const dialog = () => screen.findByRole("dialog", { name: "Prove who you are" });
const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));

function Probe({ use }: { use: () => () => void }) {
  return <button onClick={use()}>Send</button>;
}

// T05
describe("a change that takes a fresh proof", () => {
  const file = { fileName: "idp.cer", pem: "x" };
  const directory = { kind: "group" as const, sid: "S-1-5-21-1-2-3-512", domain: "corp.example", access: "full" as const };
  const connection = `${base}/connections/idp_1`;
  const mutate = <V,>(m: { mutate: (value: V) => void }, value: V) => () => m.mutate(value);
  it.each<[string, string, () => () => void]>([
    ["finishes a connection", `POST ${base}/connection-drafts/idp_1/finish`, () => mutate(useDraftActions("idp_1").finish, undefined)],
    ["stores a certificate", `PUT ${connection}/certificates/2`, () => mutate(useConnectionActions("idp_1", '"1"').upload, { slot: 2, file })],
    ["accepts a key", `POST ${connection}/key-proposals/key_1/accept`, () => mutate(useConnectionActions("idp_1").decide, { proposalId: "key_1", accept: true })],
    ["sets the metadata source", `PUT ${connection}/metadata-source`, () => mutate(useConnectionActions("idp_1", '"1"').source, { url: "https://idp.example/m", refresh: true })],
    ["changes the sign-in URL", `PATCH ${connection}`, () => mutate(useChangeConnection("idp_1", '"1"'), { signInUrlId: "elsewhere" })],
    ["saves SAML for the custom domain", `PUT ${base}/workspace/custom-domain/saml`, () => mutate(useSamlActions("").set, { mode: "customOnly" as const } as CustomSamlInput)],
    ["adds a group", `POST ${base}/administrators/directory`, () => mutate(useAddFromDirectory(), directory)],
    ["invites with full access", `POST ${base}/administrators/invitations`, () => mutate(useInvite(), { email: "eve@example.org", access: "full" as const, permissions: [] })],
    ["approves a service principal", `POST ${base}/service-principals/cli_1/approve`, () => mutate(useApprovePrincipal("cli_1"), undefined)],
    ["makes a service principal", `POST ${base}/service-principals`, () => mutate(useCreatePrincipal(), { name: "Collector", access: "full" as const, permissions: [] })],
  ])("%s: asks, and sends the very same change again", async (_, change, use) => {
    const { sent } = guard(change, needed);
    renderAs(<><ProofWatch /><Probe use={use} /></>);
    await press("Send");
    const asked = within(await dialog());
    await userEvent.type(await asked.findByRole("textbox", { name: "Verification code" }), "123456");
    await press("Verify and continue");
    await waitFor(() => expect(sent().length).toBe(2));
    expect(sent()[1]).toEqual(sent()[0]);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("keeps what was typed under the dialog, and tells a wrong code at its field", async () => {
    const { sent } = guard(`POST ${base}/service-principals`, needed, { status: 201, body: { servicePrincipal, secret: "s3cret" } });
    renderAs(<><ProofWatch /><CreatePrincipalDialog onClose={() => undefined} /></>);
    await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "Collector");
    await press("Create");
    const code = within(await dialog()).findByRole("textbox", { name: "Verification code" });
    await userEvent.type(await code, "999999");
    await press("Verify and continue");
    expect(await screen.findByText("This code is wrong.")).toBeTruthy();
    await expectAccessible(await dialog());
    await userEvent.clear(await code);
    await userEvent.type(await code, "123456");
    await press("Verify and continue");
    expect(await screen.findByDisplayValue("s3cret")).toBeTruthy();
    expect(sent().map(({ body }) => body)).toEqual(Array(2).fill({ name: "Collector", access: "full", permissions: [] }));
  });

  it("is refused when nobody proves who is there, and can be sent again", async () => {
    const { sent } = guard(`POST ${base}/service-principals`, needed);
    renderAs(<><ProofWatch /><CreatePrincipalDialog onClose={() => undefined} /></>);
    await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "Collector");
    await press("Create");
    await userEvent.click(within(await dialog()).getByRole("button", { name: "Cancel" }));
    expect(await screen.findByText("Prove that it is you before you change this.")).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Name" }).value).toBe("Collector");
    expect(sent().length).toBe(1);
    await press("Create");
    expect(await dialog()).toBeTruthy();
  });

  it("leads a person of a directory to the identity provider, and goes on when he is back", async () => {
    const { sent, prove } = guard(`POST ${base}/service-principals`, again, { status: 201, body: { servicePrincipal, secret: "s3cret" } });
    const person = { ...me, identityProvider: { type: "ad" as const, connectionId: "idp_1", name: "Alpine", signInPath: "/go/acme" } };
    renderAs(<><ProofWatch /><CreatePrincipalDialog onClose={() => undefined} /></>, person, "/identity/api-access?q=x");
    await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "Collector");
    await press("Create");
    const asked = within(await dialog());
    expect(asked.getByText(/Sign in again at Alpine/)).toBeTruthy();
    expect(asked.getByRole("link", { name: "Sign in in a new tab" }).getAttribute("href")).toBe("/go/acme?fresh=1&return=%2Fsigned-in");
    expect(asked.getByRole("link", { name: /Sign in here/ }).getAttribute("href")).toBe("/go/acme?fresh=1&return=%2Fidentity%2Fapi-access%3Fq%3Dx");
    expect(asked.queryByRole("textbox")).toBeNull();
    await expectAccessible(await dialog());
    prove();
    expect(await screen.findByDisplayValue("s3cret")).toBeTruthy();
    expect(sent().length).toBe(2);
  });
});
