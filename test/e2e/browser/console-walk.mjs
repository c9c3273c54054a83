// Visits every page of the console and the sign-in page in light and dark, wide and narrow: accessible, nothing refused by
// the policy, nothing asked of another host, nothing wider than the window. Then walks to each page's main action with the
// keyboard alone.
import { accessible, check, fits, main, open, settings, shot } from "./browser.mjs";

const { console: consoleUrl, location, connection, state } = settings;

// Every page with its heading and its main action.
const pages = [
  ["home", "/", /^Welcome, /, "link", "Open the System Log"],
  ["locations", "/locations", "Resource Locations", "button", "Resource Location"],
  ["location", `/locations/${location}`, /^Headquarters/, "button", "Connector"],
  ["authentication", "/identity/authentication", "Identity and Access Management", "button", "Actions for SAML 2.0"],
  ["administrators", "/identity/administrators", "Administrators", "button", "Add administrator/group"],
  ["invite", "/identity/administrators/add", "Add administrator/group", "button", "Next"],
  ["api-access", "/identity/api-access", "API access", "button", "Service principal"],
  ["add-from-directory", "/identity/administrators/add-from-directory", "Add administrator/group", "button", "Save"],
  ["saml-certificates", "/identity/saml-certificates", "SAML certificates", "button", "Show certificates"],
  ["saml-self-test", "/identity/saml-self-test", "SAML self-test", "button", "Run self-test"],
  ["connection", `/identity/connections/${connection}`, /^Demo identity provider/, "button", "Actions for Demo identity provider"],
  ["workspace", "/workspace/authentication", "Workspace Configuration", "radio", "Demo identity provider"],
  ["workspace-access", "/workspace/address", "Access", "button", "Add your own domain"],
  ["custom-saml", "/workspace/custom-domain/saml", "Configure for SAML", "button", "Add your own domain"],
  ["traces", "/signin-traces", "Sign-in Traces", "textbox", "Transaction ID"],
  ["system-log", "/system-log", "System Log", "button", "View"],
  ["my-settings", "/my-settings", "My settings", "button", "Change email"],
  ["account", "/account", "Account settings", "button", "Copy OrgID"],
  ["inactivity", "/account/inactivity", "Console inactivity time-out", "button", "Save"],
  ["next-steps", "/next-steps", "Next steps", "link", "Add administrator/group"],
  ["not-found", "/nothing-here", "There is no such page", "link", "Go to the home page"],
];

const variants = [
  { name: "wide-light", viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "wide-dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  { name: "narrow-light", viewport: { width: 390, height: 844 }, colorScheme: "light" },
  { name: "narrow-dark", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
];

async function arrive(page, path, heading) {
  await page.goto(consoleUrl + path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  await page.locator("main [role=progressbar]").first().waitFor({ state: "detached" });
}

// focused tells whether the keyboard is at the target.
const focused = (target) => target.evaluate((el) => el === document.activeElement);

async function reach(page, name, target) {
  for (let presses = 1; presses <= 80; presses++) {
    await page.keyboard.press("Tab");
    if (await focused(target)) return presses;
  }
  throw new Error(`${name}: the keyboard does not reach the main action`);
}

await main(async (browser) => {
  const problems = [];
  for (const { name: variant, ...options } of variants) {
    const page = await open(browser, { storageState: state, reducedMotion: "reduce", ...options });
    const foreign = new Set();
    page.on("request", (r) => {
      if (!/^(data|blob):/.test(r.url()) && new URL(r.url()).origin !== new URL(consoleUrl).origin) foreign.add(r.url());
    });
    for (const [name, path, heading, role, action] of pages) {
      const where = `${name} ${variant}`;
      try {
        await arrive(page, path, heading);
        await fits(page, where);
        await accessible(page, where);
        await shot(page, `${name}.${variant}`);
        if (options.colorScheme === "light") await reach(page, where, page.getByRole(role, { name: action, exact: true }).first());
      } catch (e) {
        problems.push(`${where}: ${e.message.slice(0, 600)}`);
      }
    }
    if (foreign.size > 0) problems.push(`${variant} asked ${[...foreign]}`);
    problems.push(...page.violations.map((v) => `${variant}: ${v}`));
    await page.context().close();

    const stranger = await open(browser, options);
    await stranger.goto(consoleUrl);
    await stranger.getByLabel("User name or e-mail address").waitFor();
    await fits(stranger, "sign-in");
    await accessible(stranger, `sign-in ${variant}`);
    await shot(stranger, `sign-in.${variant}`);
    problems.push(...stranger.violations.map((v) => `sign-in ${variant}: ${v}`));
    await stranger.context().close();
  }
  check(problems.length === 0, problems.join("\n"));
  return { pages: pages.length };
});
