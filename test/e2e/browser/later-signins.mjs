// Later sign-ins of an enrolled administrator: the prompt, a wrong code, a backup code and the same one again, sign-out in
// one browser and everywhere.
import { accessible, check, main, open, settings, shot } from "./browser.mjs";
import { Authenticator, home, menu, signedIn, signIn, typeCode, typePassword } from "./signin.mjs";

const { console: consoleUrl, accounts, login, password, totp_secret: secret, backup_codes: backupCodes } = settings;
const app = new Authenticator(secret);
const who = { console: consoleUrl, login, password, app };

async function useBackupCode(page, code) {
  await page.getByRole("link", { name: "Don't have your authenticator app?" }).click();
  await page.getByLabel("Backup code").fill(code);
  await page.getByRole("button", { name: "Verify and continue" }).click();
}

await main(async (browser) => {
  const page = await open(browser);
  await typePassword(page, consoleUrl, login, password);
  await page.getByRole("heading", { name: "Enter the verification code" }).waitFor();
  check((await page.locator(".boxes span").count()) === 6, "the prompt has no six boxes");
  await accessible(page, "code prompt");
  await shot(page, "1-code");
  await typeCode(page, app.wrong());
  await page.getByRole("alert").getByText("This code is wrong or has been used before.").waitFor();
  await accessible(page, "code refused");
  await shot(page, "2-code-refused");
  check(!(await signedIn(page)), "a wrong code opened the console");
  const code = await app.code();
  await typeCode(page, code);
  await home(page);
  check(page.url().startsWith(consoleUrl), `the console is at ${page.url()}`);

  await menu(page, "Sign out");
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
  await accessible(page, "signed out");
  await shot(page, "3-signed-out");
  check(!(await signedIn(page)), "the session is still good after the sign-out");

  await typePassword(page, consoleUrl, login, password);
  await typeCode(page, code);
  await page.getByRole("alert").getByText("This code is wrong or has been used before.").waitFor();
  await page.getByRole("link", { name: "Don't have your authenticator app?" }).click();
  await page.getByRole("heading", { name: "Use a backup code" }).waitFor();
  await accessible(page, "recovery");
  await shot(page, "4-recover");
  await page.getByRole("link", { name: "Contact support" }).click();
  await page.getByRole("heading", { name: "Contact support" }).waitFor();
  await accessible(page, "support");
  await shot(page, "4-support");
  await page.getByLabel("What does not work?").fill("My phone fell into the lake.");
  await page.getByRole("button", { name: "Contact Support" }).click();
  await page.getByText(/^Support will call your recovery phone …\d{3}\.$/).waitFor();
  await accessible(page, "support asked");
  await shot(page, "4-support-sent");
  await page.getByRole("link", { name: "I have a code" }).click();
  await useBackupCode(page, backupCodes[0]);
  await home(page);
  await menu(page, "Sign out");
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
  await typePassword(page, consoleUrl, login, password);
  await useBackupCode(page, backupCodes[0]);
  await page.getByRole("alert").getByText("This code is wrong or has been used before.").waitFor();
  await shot(page, "5-backup-code-again");
  await page.getByLabel("Backup code").fill(backupCodes[1]);
  await page.getByRole("button", { name: "Verify and continue" }).click();
  await home(page);

  // There is nothing that takes the factor away again.
  for (const path of ["/signin/enroll", "/signin/app", "/signin/phone"]) {
    await page.goto(accounts + path);
    check(!(await page.getByRole("button", { name: /remove|disable|switch off/i }).count()), `${path} offers to remove the factor`);
  }
  await page.goto(consoleUrl);
  await home(page);

  const second = await open(browser);
  await signIn(second, who);
  await menu(second, "Sign out everywhere");
  const dialog = second.getByRole("dialog");
  await accessible(second, "sign out everywhere");
  await shot(second, "6-sign-out-everywhere");
  await dialog.getByRole("button", { name: "Sign out everywhere" }).click();
  await second.getByText("All your sessions have ended, in every browser.").waitFor();
  check(!(await signedIn(page)), "the first browser is still signed in");
  await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
  await shot(page, "7-session-ended");
  const violations = [...page.violations, ...second.violations];
  check(violations.length === 0, violations.join("\n"));
});
