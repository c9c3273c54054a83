import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { MySettings } from "../../api/contract/profile";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import * as download from "../../ui/download";
import ProfilePage from "./pages/ProfilePage";

const settings: MySettings = {
  userName: "dana",
  email: "dana@alpine.example",
  authenticator: { enrolledAt: "2026-01-01T00:00:00Z" },
  recovery: { phone: "+41 ••• 00", email: "d•••@mail.example", backupCodes: { total: 10, used: 3 } },
  identityCheckedUntil: null,
};
const bare: MySettings = { ...settings, recovery: { phone: "", email: "", backupCodes: { total: 0, used: 0 } } };
const refused = (field: string, detail: string) => ({ status: 400, body: { detail: "No.", errors: [{ field, code: "x", detail }] } });

function open(value: MySettings, answers: Parameters<typeof serve>[0] = {}) {
  const seen = serve({ "GET /v1/me/settings": { body: value }, "POST /v1/me/identity-check": { body: {} }, ...answers });
  renderAs(<ProfilePage />, me, "/my-settings");
  return seen;
}

const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));
const type = async (name: string, text: string) => userEvent.type(await screen.findByRole("textbox", { name }), text);
/** Passes the identity check by the authenticator app. */
const prove = async () => {
  await type("Verification code", "123456");
  await press("Verify and continue");
};
const asked = (seen: ReturnType<typeof serve>) => seen.filter(({ method }) => method !== "GET").map(({ method, path, body }) => [`${method} ${path}`, body]);

// Spec: PLT-084, PLT-085, IAM-091
it("shows the primary method and each recovery method with its state and its button", async () => {
  open(settings);
  expect(await screen.findByText("3 of 10 used")).toBeTruthy();
  expect(screen.getByRole("heading", { name: "Multifactor Authentication (MFA)" })).toBeTruthy();
  expect(screen.getByRole("heading", { name: "Recovery methods" })).toBeTruthy();
  for (const name of ["Change email", "Add new device", "Change recovery email", "Replace backup codes", "Change recovery phone"]) {
    expect(screen.getByRole("button", { name }), name).toBeTruthy();
  }
});

// Spec: IAM-089, IAM-090
it("offers to add what is not there yet", async () => {
  open(bare);
  expect(await screen.findByRole("button", { name: "Add recovery email" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Generate new backup codes" })).toBeTruthy();
});

// Spec: IAM-083, IAM-088
it("replaces the device: confirmation, identity check, key, code", async () => {
  const seen = open(settings, {
    "POST /v1/me/authenticator": { body: { key: "JBSW Y3DP", qr: "data:image/svg+xml,x" } },
    "POST /v1/me/authenticator/confirm": { status: 204 },
  });
  await press("Add new device");
  await press("Yes, change my device");
  expect(asked(seen), "nothing is asked before the identity check").toEqual([]);
  await prove();
  expect(await screen.findByText("JBSW Y3DP")).toBeTruthy();
  expect(screen.getByRole("img", { name: /QR code/ }).getAttribute("src")).toBe("data:image/svg+xml,x");
  await type("6-digit code", "654321");
  await press("Verify code");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(asked(seen)).toEqual([
    ["POST /v1/me/identity-check", { method: "authenticator", code: "123456" }],
    ["POST /v1/me/authenticator", undefined],
    ["POST /v1/me/authenticator/confirm", { code: "654321" }],
  ]);
});

describe("the identity check", () => {
  // Spec: IAM-088
  it("takes a backup code or a mailed code instead, and tells a wrong one at its field", async () => {
    const seen = open(settings, {
      "POST /v1/me/identity-check": refused("code", "This code is wrong."),
      "POST /v1/me/identity-check/email": { status: 204 },
    });
    await press("Change recovery phone");
    await press("Use a recovery method");
    await type("Backup code", "K7Q1-M2X1");
    await press("Verify and continue");
    expect(await screen.findByText("This code is wrong.")).toBeTruthy();
    expect(screen.getByRole("textbox", { name: "Backup code" }).getAttribute("aria-invalid")).toBe("true");

    await userEvent.click(screen.getByRole("radio", { name: /Code by mail/ }));
    await press("Send the code");
    expect(await screen.findByText("The code is on its way.")).toBeTruthy();
    await type("Verification code", "111111");
    await press("Verify and continue");
    await waitFor(() => expect(asked(seen).at(-1)).toEqual(["POST /v1/me/identity-check", { method: "recoveryEmail", code: "111111" }]));
  });

  it("is not asked for again while the server remembers it, and again when it does not", async () => {
    const seen = open(
      { ...settings, identityCheckedUntil: new Date(Date.now() + 60_000).toISOString() },
      { "POST /v1/me/recovery-email": { status: 403, body: { detail: "Prove who you are.", code: "identity_check_needed" } } },
    );
    await press("Change recovery email");
    await type("Recovery email address", "x@mail.example");
    await press("Send verification email");
    expect(await screen.findByRole("button", { name: "Verify and continue" })).toBeTruthy();
    expect(asked(seen).length).toBe(1);
  });
});

// Spec: IAM-089
it("changes the recovery address once its mailbox has answered", async () => {
  const seen = open(settings, { "POST /v1/me/recovery-email": { status: 204 }, "POST /v1/me/recovery-email/confirm": { status: 204 } });
  await press("Change recovery email");
  await prove();
  await type("Recovery email address", "new@mail.example");
  await press("Send verification email");
  await type("Verification code", "222222");
  await press("Verify code and complete");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(asked(seen).slice(1)).toEqual([
    ["POST /v1/me/recovery-email", { email: "new@mail.example" }],
    ["POST /v1/me/recovery-email/confirm", { code: "222222" }],
  ]);
});

it("tells a refused address once, at its field, and moves there", async () => {
  open(settings, { "POST /v1/me/recovery-email": refused("email", "This is the address that you sign in with.") });
  await press("Change recovery email");
  await prove();
  await type("Recovery email address", "dana@alpine.example");
  await press("Send verification email");
  expect(await screen.findByText("This is the address that you sign in with.")).toBeTruthy();
  expect(screen.queryByText("No."), "the alert of the form").toBeNull();
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Recovery email address" })));
});

// Spec: IAM-090
it("replaces backup codes: confirmation, identity check, the new set as a text file, its storing", async () => {
  const save = vi.spyOn(download, "saveText").mockImplementation(() => undefined);
  const seen = open(settings, { "POST /v1/me/backup-codes": { body: { codes: ["AAAA-1111", "BBBB-2222"] } }, "POST /v1/me/backup-codes/confirm": { status: 204 } });
  await press("Replace backup codes");
  await press("Yes, replace my codes");
  await prove();
  expect(await screen.findByText("BBBB-2222")).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "I've stored my backup codes" }).disabled, "before the download").toBe(true);
  await press("Download codes");
  expect(save).toHaveBeenCalledWith("backup-codes.txt", expect.stringContaining("AAAA-1111\r\nBBBB-2222"), "text/plain");
  expect(asked(seen).length, "stored only when the person says so").toBe(2);
  await press("I've stored my backup codes");
  await waitFor(() => expect(asked(seen).at(-1)?.[0]).toBe("POST /v1/me/backup-codes/confirm"));
});

// Spec: IAM-090
it("takes backup codes for stored without the download only when the person says that they are kept in another way", async () => {
  const save = vi.spyOn(download, "saveText").mockImplementation(() => undefined);
  save.mockClear();
  const seen = open(bare, { "POST /v1/me/backup-codes": { body: { codes: ["AAAA-1111"] } }, "POST /v1/me/backup-codes/confirm": { status: 204 } });
  await press("Generate new backup codes");
  await prove();
  expect(await screen.findByText("AAAA-1111")).toBeTruthy();
  await press("I've stored my backup codes");
  expect(asked(seen).length, "nothing is stored yet").toBe(2);
  await userEvent.click(screen.getByRole("checkbox", { name: /stored them in another way/ }));
  await press("I've stored my backup codes");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(asked(seen).at(-1)?.[0]).toBe("POST /v1/me/backup-codes/confirm");
  expect(save).not.toHaveBeenCalled();
});

// Spec: IAM-092
it("takes a phone number only when it was entered twice", async () => {
  const seen = open(settings, { "PUT /v1/me/recovery-phone": { status: 204 } });
  await press("Change recovery phone");
  await prove();
  await type("Phone number", "+41 44 668 18 00");
  await type("Phone number again", "+41 44 668 18 01");
  await press("Save recovery phone number");
  expect(await screen.findByText(/The two numbers are not the same/)).toBeTruthy();
  expect(asked(seen).length).toBe(1);
  await userEvent.clear(screen.getByRole("textbox", { name: "Phone number again" }));
  await type("Phone number again", "+41 44 668 18 00");
  await press("Save recovery phone number");
  await waitFor(() => expect(asked(seen).at(-1)).toEqual(["PUT /v1/me/recovery-phone", { phone: "+41 44 668 18 00", repeat: "+41 44 668 18 00" }]));
});

// Spec: IAM-060
it("changes the email address only after code and confirmation, and keeps the code when it is refused", async () => {
  const seen = open(settings, { "POST /v1/me/email": { status: 204 }, "POST /v1/me/email/confirm": refused("code", "This code is wrong.") });
  await press("Change email");
  await prove();
  await type("New email address", "new@alpine.example");
  await press("Send verification email");
  await type("6-digit code", "333333");
  await press("Verify and complete");
  expect(asked(seen).length, "nothing changes before the confirmation").toBe(2);
  await press("Yes, change my email address");
  expect(await screen.findByText("This code is wrong.")).toBeTruthy();
  expect(asked(seen).at(-1)).toEqual(["POST /v1/me/email/confirm", { code: "333333" }]);
});

it("has no password and no factors for whoever came through another identity provider, and asks the server for none", async () => {
  const seen = serve({});
  renderAs(<ProfilePage />, { ...me, identityProvider: { type: "ad", connectionId: "idp_1", name: "Alpine SSO", signInPath: "/go/alpine" } }, "/my-settings");
  expect(await screen.findByText(/^You signed in through Alpine SSO\./)).toBeTruthy();
  expect(screen.queryByRole("button")).toBeNull();
  expect(seen).toEqual([]);
});
