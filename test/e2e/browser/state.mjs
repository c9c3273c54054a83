// Signs an enrolled administrator in and keeps the browser's state for the scripts that follow.
import { main, open, settings } from "./browser.mjs";
import { Authenticator, signIn } from "./signin.mjs";

await main(async (browser) => {
  const page = await open(browser);
  await signIn(page, { ...settings, app: new Authenticator(settings.totp_secret) });
  await page.context().storageState({ path: settings.state });
});
