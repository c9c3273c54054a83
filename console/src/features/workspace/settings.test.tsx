import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { WorkspaceAppearance, WorkspaceSignIn } from "../../api/contract/workspace";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import { contrast } from "./colors";
import AddressPage from "./pages/AddressPage";
import AppearancePage from "./pages/AppearancePage";
import SignInPage from "./pages/SignInPage";

const base = "/alpine4k7q/v1/workspace";
const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));
const box = (name: string) => screen.getByRole<HTMLInputElement>("textbox", { name });
const puts = (seen: ReturnType<typeof serve>) => seen.filter(({ method }) => method === "PUT");

describe("the sign-in", () => {
  const settings: WorkspaceSignIn = { alwaysPrompt: true, inactivity: { enabled: true, minutes: 80 } };

  // Spec: SAM-088
  it("takes the time-out of the web in hours and minutes, within its bounds, and the version that was seen", async () => {
    const seen = serve({ [`GET ${base}/sign-in`]: { body: settings, etag: '"7"' }, [`PUT ${base}/sign-in`]: { body: settings } });
    renderAs(<SignInPage />, me, "/workspace/sign-in");
    expect((await screen.findByRole<HTMLInputElement>("textbox", { name: "Hours" })).value).toBe("1");
    expect(box("Minutes").value).toBe("20");
    await userEvent.clear(box("Hours"));
    await userEvent.clear(box("Minutes"));
    await userEvent.type(box("Minutes"), "4");
    await press("Save");
    expect(box("Hours").getAttribute("aria-invalid")).toBe("true");
    expect(puts(seen)).toEqual([]);
    await userEvent.type(box("Minutes"), "5");
    await press("Save");
    expect(await screen.findByText("Saved.")).toBeTruthy();
    expect(puts(seen)[0]).toMatchObject({ ifMatch: '"7"', body: { alwaysPrompt: true, inactivity: { enabled: true, minutes: 45 } } });
  });

  // Spec: SAM-103
  it("has the setting by its documented name, and says that the session is reused when it is off", async () => {
    const seen = serve({ [`GET ${base}/sign-in`]: { body: settings, etag: '"7"' }, [`PUT ${base}/sign-in`]: { body: settings } });
    renderAs(<SignInPage />, me, "/workspace/sign-in");
    const group = within(await screen.findByRole("group", { name: "Federated Identity Provider Sessions" }));
    expect(group.queryByText(/session is reused/)).toBeNull();
    await userEvent.click(group.getByRole("switch", { name: "Always prompt end users for their credentials" }));
    expect(group.getByText(/Its session is reused: .* without a further password prompt\./)).toBeTruthy();
    await press("Save");
    expect(await screen.findByText("Saved.")).toBeTruthy();
    expect(puts(seen)[0]?.body).toMatchObject({ alwaysPrompt: false });
  });

  it("leaves the prompt to the identity provider, and keeps a choice that somebody else was faster than", async () => {
    const seen = serve({
      [`GET ${base}/sign-in`]: { body: settings, etag: '"7"' },
      [`PUT ${base}/sign-in`]: { status: 412, body: { detail: "Somebody else has changed the workspace configuration in the meantime.", code: "workspace_changed" } },
    });
    renderAs(<SignInPage />, me, "/workspace/sign-in");
    await userEvent.click(await screen.findByRole("switch", { name: "Always prompt end users for their credentials" }));
    expect(screen.getByText(/The identity provider decides/)).toBeTruthy();
    await press("Save");
    expect(await screen.findByText(/Somebody else has changed/)).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>("switch", { name: "Always prompt end users for their credentials" }).checked).toBe(false);
    expect(puts(seen)[0]?.body).toMatchObject({ alwaysPrompt: false });
  });
});

describe("the appearance", () => {
  const appearance: WorkspaceAppearance = {
    name: "", signInLogo: "", logo: "", primaryColor: "", bannerColor: "", bannerTextColor: "",
    preview: { primary: "", primaryText: "", darkPrimary: "", darkPrimaryText: "", banner: "", bannerText: "" },
  };

  it.each([
    ["#000000", "#ffffff", 21],
    ["#ffffff", "#ffffff", 1],
    ["#767676", "#FFFFFF", 4.54],
    ["#ffcc00", "#ffffff", 1.5],
  ])("knows the contrast of %s and %s", (a, b, ratio) => {
    expect(contrast(a, b)).toBeCloseTo(ratio, 1);
    expect(contrast(b, a)).toBe(contrast(a, b));
  });

  it("shows what is chosen at once, and that it cannot be read", async () => {
    serve({ [`GET ${base}/appearance`]: { body: appearance } });
    renderAs(<AppearancePage />, me, "/workspace/appearance");
    await userEvent.type(await screen.findByRole("textbox", { name: "Name of the workspace" }), "Alpine");
    expect(screen.getAllByText("Alpine", { selector: "strong" }).length, "before and after the sign-in").toBe(2);
    await userEvent.type(box("Colour of buttons and links"), "#ffcc00");
    expect(screen.getByText("Sign in", { selector: ".cw-look-button" }).style.backgroundColor).toBe("rgb(255, 204, 0)");
    expect(screen.getByText("Contrast 1.5 to 1; at least 4.5 to 1 is needed to be readable.")).toBeTruthy();
    expect(box("Colour of buttons and links").getAttribute("aria-invalid")).toBe("true");
  });

  it("puts the server's objections beside their fields and keeps everything", async () => {
    const seen = serve({
      [`GET ${base}/appearance`]: { body: appearance, etag: '"2"' },
      [`PUT ${base}/appearance`]: {
        status: 400,
        body: { detail: "No.", code: "invalid_input", errors: [{ field: "bannerTextColor", code: "color_pair", detail: "Choose both colours." }, { field: "logo", code: "picture_dimensions", detail: "At most 350 × 120 pixels." }] },
      },
    });
    renderAs(<AppearancePage />, me, "/workspace/appearance");
    await userEvent.type(await screen.findByRole("textbox", { name: "Banner colour" }), "#1d3b2a");
    const [, logo] = document.querySelectorAll<HTMLInputElement>("input[type=file]");
    await userEvent.upload(logo as HTMLInputElement, new File(["jpeg"], "logo.jpg", { type: "image/jpeg" }));
    await screen.findByRole("img", { name: "Preview: Logo after sign-in" });
    await press("Save");
    expect(await screen.findByText("Choose both colours.")).toBeTruthy();
    expect(screen.getByText("At most 350 × 120 pixels.")).toBeTruthy();
    expect(screen.queryByText("No."), "nothing is told twice").toBeNull();
    expect(box("Banner colour").value).toBe("#1d3b2a");
    expect(puts(seen)[0]).toMatchObject({ ifMatch: '"2"', body: { bannerColor: "#1d3b2a", logo: "data:image/jpeg;base64,anBlZw==", name: "" } });
  });
});

describe("the address", () => {
  const configuration = { name: "alpine", url: "https://alpine.workspace.example", authentication: { method: "none", connectionId: "" }, formerNames: [], choices: [] };
  it("changes after a question, and a name that is taken is told at the field", async () => {
    let answer = { status: 409, body: { detail: "Another workspace has this name, or had it in the last 30 days.", hint: "Choose another.", code: "workspace_name_taken" } as object };
    const seen = serve({ [`GET ${base}/configuration`]: { body: configuration, etag: '"4"' }, [`PUT ${base}/configuration`]: () => answer });
    renderAs(<AddressPage />, me, "/workspace/address");
    await userEvent.type(await screen.findByRole("textbox", { name: "Workspace name" }), "s");
    await press("Save");
    const dialog = await screen.findByRole("dialog", { name: /Change the address to alpines\?/ });
    expect(puts(seen)).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Change address" }));
    expect(await screen.findByText("Another workspace has this name, or had it in the last 30 days. Choose another.")).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(box("Workspace name").value).toBe("alpines");
    answer = { status: 200, body: { ...configuration, name: "alpines" } };
    await press("Save");
    await press("Change address");
    expect(await screen.findByText("Saved.")).toBeTruthy();
    expect(puts(seen)[1]).toMatchObject({ ifMatch: '"4"', body: { name: "alpines" } });
  });
  it("lists the former names and takes one back", async () => {
    const former = [{ name: "alpine-2", restsUntil: "2031-03-04T05:06:07Z" }, { name: "alps", restsUntil: "2031-03-02T05:06:07Z" }];
    const seen = serve({ [`GET ${base}/configuration`]: { body: { ...configuration, formerNames: former }, etag: '"4"' }, [`PUT ${base}/configuration`]: { body: { ...configuration, name: "alps" } } });
    renderAs(<AddressPage />, me, "/workspace/address");
    const rows = within((await screen.findByRole("button", { name: "Take back alps" })).closest("ul") as HTMLElement).getAllByRole("listitem");
    expect(rows.map((row) => [row.textContent?.includes("alp"), row.querySelector("time")?.dateTime])).toEqual(former.map((f) => [true, f.restsUntil]));
    await press("Take back alps");
    expect(box("Workspace name").value).toBe("alps");
    expect(document.activeElement).toBe(box("Workspace name"));
    expect(puts(seen)).toEqual([]);
    await press("Save");
    await press("Change address");
    expect(await screen.findByText("Saved.")).toBeTruthy();
    expect(puts(seen)[0]).toMatchObject({ ifMatch: '"4"', body: { name: "alps" } });
  });
});
