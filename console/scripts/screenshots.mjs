// Opens every page of the built console against the mock server in Chromium, takes a picture of all of it in four variants, and fails on
// axe findings, policy violations and script errors. Usage: node scripts/screenshots.mjs [folder] [words in the names, with commas between]
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { preview } from "vite";

const [folder = "screenshots", only = ""] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const click = (role, name) => async (page) => {
  await page.getByRole(role, { name, exact: true }).click();
};

/** Makes the window as high as what scrolls in it, so that the picture has all of the page, or of the dialog that is open. */
async function grow(page, width, height) {
  const hidden = await page.evaluate(() =>
    Math.max(0, ...[...(document.querySelector(".pf-v6-c-modal-box") ?? document).querySelectorAll("*")]
      .filter((element) => /auto|scroll/.test(getComputedStyle(element).overflowY))
      .map((element) => element.scrollHeight - element.clientHeight)));
  if (hidden === 0) return;
  await page.setViewportSize({ width, height: height + hidden });
  await page.waitForTimeout(200);
}

/** name, address, scene, what to do before the picture */
const shots = [
  ["home", "/"],
  ["home-empty", "/", "empty"],
  ["home-denied", "/", "denied"],
  ["palette", "/", "ready", async (page) => page.keyboard.press("Control+k")],
  ["customer-menu", "/", "ready", click("button", "Account of Dana Admin, Alpine Instruments")],
  [
    "pins",
    "/locations",
    "ready",
    async (page) => {
      const pin = page.getByRole("button", { name: "Pin Resource Locations" });
      if (!(await pin.isVisible())) await page.getByRole("button", { name: "Main navigation" }).click();
      await pin.focus();
    },
  ],
  ["help-menu", "/", "ready", click("button", "Help")],
  ["notifications", "/", "ready", click("button", "Notifications: 3 new")],
  ["notifications-empty", "/", "empty", click("button", "Notifications")],
  [
    "palette-search",
    "/",
    "ready",
    async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("al");
    },
  ],
  ["next-steps", "/next-steps"],
  ["my-settings", "/my-settings"],
  ["my-settings-empty", "/my-settings", "empty"],
  ["my-settings-failed", "/my-settings", "failed"],
  ["my-settings-check", "/my-settings?dialog=phone"],
  ["my-settings-recovery", "/my-settings?dialog=phone", "ready", click("button", "Use a recovery method")],
  ["my-settings-device", "/my-settings?dialog=device", "ready", click("button", "Yes, change my device")],
  [
    "my-settings-wrong",
    "/my-settings?dialog=recovery-email",
    "ready",
    async (page) => {
      await page.getByLabel("Verification code").fill("000000");
      await page.getByRole("button", { name: "Verify and continue" }).click();
    },
  ],
  ["account", "/account"],
  ["inactivity", "/account/inactivity"],
  [
    "inactivity-wrong",
    "/account/inactivity",
    "ready",
    async (page) => {
      await page.getByRole("switch").check({ force: true });
      await page.getByLabel("hour(s)").fill("0");
      await page.getByLabel("minute(s)").fill("5");
      await page.getByRole("button", { name: "Save" }).click();
    },
  ],
  ["system-log", "/system-log"],
  ["system-log-record", "/system-log?record=rec_0001"],
  ["system-log-filters", "/system-log?outcome=failed&columns=time,event,type,outcome,transaction"],
  ["system-log-empty", "/system-log", "empty"],
  ["system-log-denied", "/system-log", "denied"],
  ["system-log-failed", "/system-log", "failed"],
  ["system-log-loading", "/system-log", "loading"],
  ["locations", "/locations"],
  ["locations-empty", "/locations", "empty"],
  ["location", "/locations/loc_8f3kq2v7"],
  ["location-down", "/locations/loc_7c1pd5ns"],
  ["location-single", "/locations/loc_2m9xw4rt"],
  ["location-absent", "/locations/loc_none"],
  [
    "location-new",
    "/locations",
    "ready",
    async (page) => {
      await page.getByRole("button", { name: "Resource Location", exact: true }).first().click();
      await page.getByLabel("Name", { exact: false }).last().fill("a/b");
      await page.getByRole("button", { name: "Save" }).click();
    },
  ],
  ["connector-add", "/locations/loc_8f3kq2v7?dialog=add-connector"],
  [
    "connector-file",
    "/locations/loc_8f3kq2v7?dialog=add-connector",
    "ready",
    async (page) => {
      await page.getByRole("checkbox").check();
      await page.getByRole("button", { name: "Create parameter file" }).click();
    },
  ],
  ["authentication", "/identity/authentication"],
  ["authentication-empty", "/identity/authentication", "empty"],
  ["saml-connect", "/identity/authentication?dialog=connect-saml"],
  ["saml-configure", "/identity/drafts/draft_1"],
  ["saml-errors", "/identity/drafts/draft_1", "ready", click("button", "Test and Finish")],
  ["connection", "/identity/connections/idp_4t8vw2"],
  ["connection-upload", "/identity/connections/idp_4t8vw2", "ready", async (page) => page.getByRole("button", { name: "Upload Certificate" }).first().click()],
  ["connection-test", "/identity/connections/idp_4t8vw2?test=tst_1"],
  [
    "connection-delete",
    "/identity/connections/idp_4t8vw2",
    "ready",
    async (page) => {
      await page.getByRole("button", { name: /^Actions for/ }).click();
      await page.getByRole("menuitem", { name: "Delete identity provider" }).click();
    },
  ],
  [
    "connection-clone",
    "/identity/connections/idp_4t8vw2",
    "ready",
    async (page) => {
      await page.getByRole("button", { name: /^Actions for/ }).click();
      await page.getByRole("menuitem", { name: "Clone" }).click();
      await page.getByRole("textbox", { name: "Sign-in URL identifier" }).fill("taken");
    },
  ],
  ["saml-certificates", "/identity/saml-certificates"],
  ["saml-certificates-empty", "/identity/saml-certificates", "empty"],
  [
    "saml-certificates-extract",
    "/identity/saml-certificates",
    "ready",
    async (page) => {
      await page.getByRole("textbox", { name: "Metadata URL" }).fill("https://idp.alpine.example/metadata");
      await page.getByRole("button", { name: "Show certificates" }).click();
      await page.getByText("SHA256withRSA").scrollIntoViewIfNeeded();
    },
  ],
  ["self-test", "/identity/saml-self-test", "ready", click("button", "Run self-test")],
  [
    "directory-administrator",
    "/identity/administrators/add-from-directory",
    "ready",
    async (page) => {
      await page.getByRole("searchbox", { name: "Search for a user or group" }).fill("no");
      await page.getByRole("radio", { name: /Northern sales/ }).check();
    },
  ],
  [
    "administrators-delete-group",
    "/identity/administrators",
    "ready",
    async (page) => {
      await page.getByRole("button", { name: "Actions for Cloud Admins" }).last().click();
      await page.getByRole("menuitem", { name: "Delete Group" }).click();
    },
  ],
  ["custom-saml", "/workspace/custom-domain/saml"],
  ["custom-saml-only", "/workspace/custom-domain/saml", "ready", click("radio", "Use only the custom domain URL")],
  ["custom-domain-check", "/workspace/address", "ready", async (page) => {
    await page.getByRole("button", { name: "Check", exact: true }).click();
    await page.getByRole("grid", { name: "Sign-in check" }).scrollIntoViewIfNeeded();
  }],
  ["custom-domain-change", "/workspace/address", "ready", async (page) => {
    await page.getByRole("button", { name: "Actions for Custom Workspace URL" }).click();
    await page.getByRole("menuitem", { name: "Change host or certificate source" }).click();
    await page.getByRole("button", { name: "Save" }).last().click();
  }],
  ["administrators", "/identity/administrators"],
  ["administrators-nomatch", "/identity/administrators?q=nobody"],
  ["administrators-menu", "/identity/administrators", "ready", click("button", "Actions for jo@alpine.example")],
  ["invite", "/identity/administrators/add?email=lou@alpine.example"],
  [
    "invite-access",
    "/identity/administrators/add?email=lou@alpine.example&step=access",
    "ready",
    async (page) => {
      await page.getByRole("radio", { name: "Custom access" }).check();
      await page.getByRole("button", { name: "Next" }).click();
    },
  ],
  ["invite-review", "/identity/administrators/add?email=lou@alpine.example&step=review"],
  ["api-access", "/identity/api-access"],
  ["principal-new", "/identity/api-access?dialog=create"],
  ["domains", "/identity/domains"],
  ["domains-empty", "/identity/domains", "empty"],
  ["domains-expanded", "/identity/domains?domain=corp.alpine.example", "ready", click("button", "Change Primary Resource Location")],
  [
    "domains-reset",
    "/identity/domains?domain=corp.alpine.example",
    "ready",
    async (page) => {
      await click("button", "Change Primary Resource Location")(page);
      await click("button", "Reset")(page);
    },
  ],
  ["connect-directory", "/identity/connect-directory", "ready", click("button", "Detect")],
  ["saml-connect-guests", "/identity/authentication?dialog=connect-saml", "ready", click("radio", "Guests and B2B identities")],
  ["library", "/library"],
  ["library-empty", "/library", "empty"],
  ["library-nomatch", "/library?q=nothing"],
  ["offering", "/library/off_0"],
  ["offering-empty", "/library/off_0", "empty"],
  ["offering-edit", "/library/off_0/edit"],
  ["offering-wrong", "/library/add", "ready", click("button", "Save")],
  ["assign", "/library/off_1/assign?q=no", "ready", click("checkbox", "Choose Northern sales")],
  [
    "assign-refused",
    "/library/off_1/assign?q=no",
    "ready",
    async (page) => {
      await click("checkbox", "Choose Northern sales")(page);
      await click("button", "Assign")(page);
    },
  ],
  ["workspace-sign-in", "/workspace/sign-in"],
  ["workspace-appearance", "/workspace/appearance"],
  ["workspace-address", "/workspace/address"],
  ["workspace", "/workspace/authentication"],
  ["workspace-none", "/workspace/authentication", "empty"],
  [
    "workspace-confirm",
    "/workspace/authentication",
    "ready",
    async (page) => {
      await page.getByRole("radio", { name: "Alpine guests" }).check();
      await page.getByRole("button", { name: "Save" }).click();
    },
  ],
  ["traces", "/signin-traces"],
  ["trace", "/signin-traces/trace_1"],
  ["not-found", "/nothing-here"],
  ["signed-in", "/signed-in"],
].filter(([name]) => only.split(",").some((word) => name.includes(word)));

const variants = [
  { suffix: "wide-light", width: 1440, height: 900, colorScheme: "light" },
  { suffix: "wide-dark", width: 1440, height: 900, colorScheme: "dark" },
  { suffix: "narrow-light", width: 390, height: 844, colorScheme: "light" },
  { suffix: "narrow-dark", width: 390, height: 844, colorScheme: "dark" },
];

/** The widths at which a page has to fit: that of its picture, and 320 px after a narrow one (WCAG 2.2, 1.4.10). */
const narrow = (width) => (width < 600 ? [width, 320] : [width]);

const server = await preview({ mode: "mock", preview: { port: 0, host: "127.0.0.1" }, logLevel: "error" });
const address = server.resolvedUrls?.local[0]?.replace(/\/$/, "") ?? "";
const profile = mkdtempSync(join(tmpdir(), "causeway-shots-"));
mkdirSync(folder, { recursive: true });
const findings = [];

for (const { suffix, width, height, colorScheme } of variants) {
  const context = await chromium.launchPersistentContext(join(profile, suffix), {
    executablePath: "/usr/bin/chromium",
    viewport: { width, height },
    colorScheme,
    reducedMotion: "reduce",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  for (const [name, path, scene = "ready", act] of shots) {
    await context.addCookies([{ name: "scene", value: scene, url: address }]);
    const page = await context.newPage();
    const where = `${name} ${suffix}`;
    page.on("console", (message) => {
      const expected = message.text().includes("Failed to load resource");
      if (message.type() === "error" && !expected) findings.push(`${where}: ${message.text()}`);
    });
    page.on("pageerror", (error) => findings.push(`${where}: ${error.message}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(address) && !/^(data|blob|about):/.test(request.url())) findings.push(`${where}: asked ${request.url()}`);
    });
    await page.goto(address + path, { waitUntil: "load" });
    await page.waitForTimeout(500);
    if (scene !== "loading") await page.waitForFunction(() => document.querySelector(".cw-state, .pf-v6-c-spinner") === null, null, { timeout: 10_000 }).catch(() => {});
    try {
      await act?.(page);
    } catch (error) {
      findings.push(`${where}: ${String(error).split("\n")[0]}`);
    }
    await page.waitForTimeout(350);
    await grow(page, width, height);
    await page.screenshot({ path: join(folder, `${name}.${suffix}.png`) });
    await page.evaluate(axe); // through the debugger, which the content security policy does not bind
    const result = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
    for (const violation of result.violations) {
      findings.push(`${where}: ${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
    }
    for (const wide of narrow(width)) {
      await page.setViewportSize({ width: wide, height });
      await page.waitForTimeout(100);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (overflow > 0) findings.push(`${where}: ${overflow} px wider than a window of ${wide} px`);
    }
    await page.close();
  }
  await context.close();
}
await server.close();
for (const finding of findings) console.error(finding);
console.log(`${shots.length * variants.length} pictures, ${findings.length} findings`);
process.exit(findings.length === 0 ? 0 : 1);
