import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { Gate } from "../../app/Gate";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import AccountPage from "./pages/AccountPage";
import InactivityPage from "./pages/InactivityPage";
import { accountRoute, inactivityRoute } from "./routes";

const base = "/alpine4k7q/v1/account";
const account = { customerId: "alpine4k7q", orgId: "50012345", name: "Alpine Instruments", region: "European Union", createdAt: "2026-01-01T00:00:00Z", version: 3 };
const off = { enabled: false, minutes: 60 };

// Spec: PLT-415, OPS-185, PLT-174
it("shows OrgID and customer ID for checking, and warns while there is no time-out", async () => {
  serve({ [`GET ${base}`]: { body: account, etag: '"3"' }, [`GET ${base}/inactivity`]: { body: off, etag: '"1"' } });
  renderAs(<AccountPage />, me, "/account");
  expect(await screen.findByText("50012345")).toBeTruthy();
  expect(screen.getByText("alpine4k7q")).toBeTruthy();
  expect(await screen.findByText("Inactivity time-out is disabled")).toBeTruthy();
  expect(screen.getByText(/strongly recommended/)).toBeTruthy();
});

it("changes the name of the version that was seen, and tells objections at the field", async () => {
  let refuse = true;
  const seen = serve({
    [`GET ${base}`]: { body: account, etag: '"3"' },
    [`GET ${base}/inactivity`]: { body: off, etag: '"1"' },
    [`PATCH ${base}`]: () =>
      refuse
        ? { status: 400, body: { detail: "No.", errors: [{ field: "name", code: "x", detail: "Use at most 100 characters." }] } }
        : { body: { ...account, name: "Alpine AG" }, etag: '"4"' },
  });
  renderAs(<AccountPage />, me, "/account");
  const name = await screen.findByRole<HTMLInputElement>("textbox", { name: "Account name" });
  const tooLong = "Alpine ".repeat(15);
  await userEvent.clear(name);
  await userEvent.click(name);
  await userEvent.paste(tooLong);
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Use at most 100 characters.")).toBeTruthy();
  expect(name.value, "nothing typed is lost").toBe(tooLong);
  refuse = false;
  await userEvent.clear(name);
  await userEvent.type(name, "Alpine AG");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(seen.at(-1)).toMatchObject({ method: "PATCH", ifMatch: '"3"', body: { name: "Alpine AG" } }));
  expect((await screen.findByText("The account name was changed.")).closest("[role=status]")).toBeTruthy();
  await userEvent.type(screen.getByRole("textbox", { name: "Account name" }), "!");
  expect(screen.queryByText("The account name was changed."), "it is about the name before").toBeNull();
});

describe("without full access", () => {
  const reader = { ...me, rights: { full: false, permissions: ["system_log" as const] } };

  // Spec: OPS-185
  it("the account is shown, and nothing can be changed", async () => {
    serve({ [`GET ${base}`]: { body: account, etag: '"3"' }, [`GET ${base}/inactivity`]: { body: off, etag: '"1"' } });
    renderAs(
      <Gate needs={accountRoute.needs}>
        <AccountPage />
      </Gate>,
      reader,
      "/account",
    );
    for (const value of ["Alpine Instruments", "50012345", "alpine4k7q"]) expect(await screen.findByText(value)).toBeTruthy();
    expect(await screen.findByText("Inactivity time-out is disabled")).toBeTruthy();
    expect(screen.getByText("Only administrators with full access can change these settings.")).toBeTruthy();
    expect(screen.queryByRole("textbox")).toBeNull();
    expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
    expect(screen.queryByRole("link", { name: /^Change/ })).toBeNull();
  });

  it("the time-out is shown, and nothing can be changed", async () => {
    serve({ [`GET ${base}/inactivity`]: { body: { enabled: true, minutes: 90 }, etag: '"1"' } });
    renderAs(
      <Gate needs={inactivityRoute.needs}>
        <InactivityPage />
      </Gate>,
      reader,
      "/account/inactivity",
    );
    expect(await screen.findByText("Inactivity time-out is enabled: 1 hour(s) 30 minute(s)")).toBeTruthy();
    expect(screen.getByText("Only administrators with full access can change these settings.")).toBeTruthy();
    expect(screen.queryByRole("switch")).toBeNull();
    expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
  });
});

// Spec: PLT-169, PLT-170, PLT-174
it("proposes an hour, refuses what is outside of 10 minutes to 12 hours, and saves the version that was seen", async () => {
  const seen = serve({ [`GET ${base}/inactivity`]: { body: off, etag: '"1"' }, [`PUT ${base}/inactivity`]: { body: { enabled: true, minutes: 10 }, etag: '"2"' } });
  renderAs(<InactivityPage />, me, "/account/inactivity");
  expect(await screen.findByRole("heading", { name: "Console inactivity time-out" })).toBeTruthy();
  expect(await screen.findByText(/applies to all administrators of this account/)).toBeTruthy();
  await userEvent.click(await screen.findByRole("switch"));
  expect(screen.getByText("Automatic time-out is enabled. (Recommended)")).toBeTruthy();
  const hours = screen.getByRole<HTMLInputElement>("textbox", { name: "hour(s)" });
  const minutes = screen.getByRole<HTMLInputElement>("textbox", { name: "minute(s)" });
  expect([hours.value, minutes.value]).toEqual(["1", "0"]);

  const save = async (h: string, m: string) => {
    await userEvent.clear(hours);
    await userEvent.type(hours, h);
    await userEvent.clear(minutes);
    await userEvent.type(minutes, m);
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
  };
  for (const [h, m] of [["0", "9"], ["12", "1"], ["x", "30"]] as const) {
    await save(h, m);
    expect(screen.getByText("Enter a time from 10 minutes to 12 hours."), `${h}:${m}`).toBeTruthy();
  }
  expect(seen.filter(({ method }) => method === "PUT")).toEqual([]);
  await save("0", "10");
  expect(await screen.findByText(/The time-out was saved/)).toBeTruthy();
  expect(seen.find(({ method }) => method === "PUT")).toMatchObject({ ifMatch: '"1"', body: { enabled: true, minutes: 10 } });
});
