import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { EntraDirectory } from "../../api/contract/entra";
import { expectAccessible } from "../../test/axe";
import { renderAs } from "../../test/render";
import { serve } from "../../test/server";
import EntraPage from "./pages/EntraPage";

const path = "/alpine4k7q/v1/identity-providers/entra";
const directory: EntraDirectory = {
  tenantId: "0b8b5a3c-1d2e-4f50-8a6b-7c8d9e0f1a2b", tenantName: "Alpine", domains: ["alpine.example"], clientId: "11111111-2222-3333-4444-555555555555",
  connectedAt: "2026-01-01T00:00:00Z", connectedBy: "Dana Admin", check: { at: "2026-01-01T00:00:00Z", ok: true, code: "", message: "" }, version: 1,
};
const problem = (code: string, more: object = {}) => ({
  type: "about:blank", title: "", status: 400, code, detail: `detail of ${code}`, hint: `hint of ${code}`, transactionId: "tx_1", errors: [], ...more,
});
const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));
const paste = async (field: HTMLElement, text: string) => {
  await userEvent.click(field);
  await userEvent.paste(text);
};

it("connects, and shows a refusal at its field without losing what was typed", async () => {
  let connected = false;
  const wrong = problem("invalid", { errors: [{ field: "tenantId", code: "entra_id_form", detail: "This is not an identifier of Entra ID." }] });
  const answers = [{ status: 400, body: wrong }, { status: 400, body: problem("entra_secret_wrong") }];
  const seen = serve({
    [`GET ${path}`]: () => (connected ? { body: directory, etag: '"1"' } : { status: 404, body: problem("entra_missing", { status: 404 }) }),
    [`PUT ${path}`]: () => {
      const refused = answers.shift();
      connected = refused === undefined;
      return refused ?? { body: directory, etag: '"1"' };
    },
  });
  renderAs(<EntraPage />);
  await paste(await screen.findByRole("textbox", { name: /tenant/ }), ` ${directory.tenantId}`);
  await paste(screen.getByRole("textbox", { name: /client/ }), directory.clientId);
  await paste(screen.getByLabelText(/^Client secret/), "s3cret");
  await expectAccessible();
  await press("Connect");
  expect(await screen.findByText("This is not an identifier of Entra ID.")).toBeTruthy();
  await press("Connect");
  expect(await screen.findByText("detail of entra_secret_wrong")).toBeTruthy();
  expect(screen.getByText("hint of entra_secret_wrong")).toBeTruthy();
  await press("Connect");
  expect(await screen.findByText("The directory can be read.")).toBeTruthy();
  expect(screen.getByText("alpine.example")).toBeTruthy();
  const put = seen.filter(({ method }) => method === "PUT");
  expect(put.at(-1)?.body).toEqual({ tenantId: directory.tenantId, clientId: directory.clientId, clientSecret: "s3cret" });
  expect(put.at(-1)?.ifMatch).toBeNull();
  expect(document.body.innerHTML).not.toContain("s3cret");
  await expectAccessible();
});

it("tells what a check has found, keeps the secret on a change, and asks before it disconnects", async () => {
  let present: EntraDirectory | null = directory;
  const seen = serve({
    [`GET ${path}`]: () => (present ? { body: present, etag: '"7"' } : { status: 404, body: problem("entra_missing", { status: 404 }) }),
    [`POST ${path}/check`]: () => {
      present = { ...directory, domains: [], check: { ...directory.check, ok: false, code: "entra_down", message: "Entra ID cannot be reached." } };
      return { body: present };
    },
    [`PUT ${path}`]: () => ({ body: directory }),
    [`DELETE ${path}`]: () => {
      present = null;
      return { status: 204 };
    },
  });
  renderAs(<EntraPage />);
  await press("Check now");
  expect(await screen.findByText("Entra ID cannot be reached.")).toBeTruthy();
  expect(screen.getByText(/no verified custom domain/)).toBeTruthy();
  await press("Change");
  expect(screen.getByText("Leave it empty to keep the present one.")).toBeTruthy();
  await press("Save");
  await waitFor(() => expect(seen.find(({ method }) => method === "PUT")).toMatchObject({ ifMatch: '"7"', body: { tenantId: directory.tenantId, clientId: directory.clientId } }));
  await press("Disconnect");
  expect(screen.getByText(/identity of Alpine are refused/)).toBeTruthy();
  await expectAccessible();
  const buttons = screen.getAllByRole("button", { name: "Disconnect" });
  await userEvent.click(buttons.at(-1)!);
  expect(await screen.findByText("Connect the Entra ID directory")).toBeTruthy();
  expect(seen.find(({ method }) => method === "DELETE")?.ifMatch).toBe('"7"');
});
