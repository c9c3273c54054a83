// Takes a handed-over login through its first sign-in and keeps the browser's state for the scripts that follow.
import { check, main, open, settings } from "./browser.mjs";
import { enrol } from "./signin.mjs";

await main(async (browser) => {
  const page = await open(browser);
  const { app, backupCodes } = await enrol(page, settings);
  await page.context().storageState({ path: settings.state });
  check(page.violations.length === 0, page.violations.join("\n"));
  return { totp_secret: app.secret, backup_codes: backupCodes };
});
