// An administrator invites another one, who accepts in a small window of another browser: own password, second factor,
// console. Then the password is forgotten and the phone is gone: both come back by mail.
import { accessible, check, fits, main, open, settings, shot } from "./browser.mjs";
import { enrolApp, home, keepRecoveryEmail, mailedCode, mailedLink, menu, signedIn, typePassword } from "./signin.mjs";

const { console: consoleUrl, state, email, mailbox, recovery, password, newPassword } = settings;

await main(async (browser) => {
  const admin = await open(browser, { storageState: state });
  await admin.goto(`${consoleUrl}/identity/administrators`);
  await admin.getByRole("button", { name: "Add administrator/group" }).or(admin.getByRole("link", { name: "Add administrator/group" })).first().click();
  await admin.getByRole("textbox", { name: "Email" }).fill(email);
  await shot(admin, "1-invite");
  await admin.getByRole("button", { name: "Next" }).click();
  await admin.getByRole("radio", { name: "Full access" }).check();
  await admin.getByRole("button", { name: "Next" }).click();
  await admin.getByText(email).first().waitFor();
  await accessible(admin, "invitation");
  await shot(admin, "2-review");
  await admin.getByRole("button", { name: "Send invitation" }).click();
  const row = admin.getByRole("row").filter({ hasText: email });
  await row.getByText("Invite Sent").waitFor();
  await shot(admin, "3-invited");

  const page = await open(browser, { viewport: { width: 390, height: 844 } });
  const picture = async (name) => {
    await fits(page, name);
    await accessible(page, name);
    await shot(page, name);
  };
  const link = await mailedLink(email, "/invitation");
  await page.goto(link);
  await page.getByRole("heading", { name: "You are invited" }).waitFor();
  await picture("4-invitation");
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Create your password" }).waitFor();
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Repeat the password").fill(password);
  await picture("5-create-password");
  await page.getByRole("button", { name: "Create password and continue" }).click();
  await page.getByRole("heading", { name: "Protect your account" }).waitFor();
  await picture("6-enroll");
  check((await row.getByText("Invite Sent").count()) === 1, "an administrator before the second factor");
  await enrolApp(page, mailbox, password);
  await picture("7-recovery-email");
  await keepRecoveryEmail(page, recovery);
  await home(page);
  await picture("8-home");
  await admin.reload();
  await row.getByText("Active", { exact: true }).waitFor();
  const again = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  check((await again.goto(link)).status() === 404, "a used invitation is alive");

  const phone = await open(browser, { viewport: { width: 390, height: 844 } });
  await phone.goto(consoleUrl);
  await phone.getByRole("link", { name: "Forgot password?" }).click();
  await phone.getByLabel("E-mail address or user name").fill(email);
  await fits(phone, "finder");
  await shot(phone, "9-find");
  await phone.getByRole("button", { name: "Find my account" }).click();
  await phone.getByRole("heading", { name: "Check your mail" }).waitFor();
  await phone.goto(await mailedLink(email, "/reset-password"));
  await phone.getByLabel("New password", { exact: true }).fill(newPassword);
  await phone.getByLabel("Repeat the new password").fill(newPassword);
  await accessible(phone, "reset");
  await shot(phone, "10-reset");
  await phone.getByRole("button", { name: "Save password" }).click();
  await phone.getByRole("heading", { name: "Your password is changed" }).waitFor();
  await shot(phone, "11-reset-done");
  check(!(await signedIn(page)), "a session outlives the password");

  await typePassword(phone, consoleUrl, email, password);
  await phone.getByRole("alert").getByText("The user name, e-mail address or password is wrong.").waitFor();
  await typePassword(phone, consoleUrl, email, newPassword);
  await phone.getByRole("link", { name: "Don't have your authenticator app?" }).click();
  await phone.getByRole("button", { name: "Send email" }).click();
  await phone.getByLabel("6-digit code from the mail").fill(await mailedCode(recovery));
  await fits(phone, "recovery code");
  await accessible(phone, "recovery code");
  await shot(phone, "12-recovery-code");
  await phone.getByRole("button", { name: "Verify", exact: true }).click();
  await home(phone);
  await phone.getByText("Update your recovery methods").waitFor();
  await fits(phone, "recovered");
  await accessible(phone, "recovered");
  await shot(phone, "13-recovered");
  await menu(phone, "Sign out");
  await phone.getByRole("heading", { name: "You are signed out" }).waitFor();
  const violations = [...admin.violations, ...page.violations, ...phone.violations];
  check(violations.length === 0, violations.join("\n"));
});
