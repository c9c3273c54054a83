// Takes a handed-over login through its first sign-in, looks at what a new customer is told, and keeps the browser's state
// for the scripts that follow.
import { check, main, open, settings } from "./browser.mjs";
import { enrol } from "./signin.mjs";

await main(async (browser) => {
  const page = await open(browser);
  const { app, backupCodes } = await enrol(page, settings);
  await page.goto(`${settings.console}/identity/authentication`);
  await page.getByText("Connect your Active Directory first").waitFor();
  await page.getByText("at least two Cloud Connectors in a resource location").waitFor();
  await page.context().storageState({ path: settings.state });
  check(page.violations.length === 0, page.violations.join("\n"));
  return { totp_secret: app.secret, backup_codes: backupCodes };
});
