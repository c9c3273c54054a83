// The first sign-in of an administrator with credentials that an operator handed over: every step, every refusal, and
// that nothing is open before the end.
import { accessible, check, main, open, settings, shot } from "./browser.mjs";
import { api, Authenticator, home, mailedCode, typePassword } from "./signin.mjs";

const { console: consoleUrl, accounts, customerId, login, password, newPassword } = settings;

// closed proves that the half signed-in browser has no session: no API, and pages lead to the sign-in.
async function closed(page, when) {
  const other = await page.context().newPage();
  for (const path of ["/v1/me", `/${customerId}/v1/locations`, `/${customerId}/v1/systemlog/records`]) {
    const answer = await other.goto(`${consoleUrl}/api${path}`);
    check(answer.status() === 401, `${when}: ${path} answered ${answer.status()}`);
  }
  await other.goto(`${consoleUrl}/system-log`);
  await other.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  await other.close();
}

// stays proves that a later step cannot be reached by its address.
async function stays(page, path, heading) {
  await page.goto(accounts + path);
  await page.getByRole("heading", { name: heading }).waitFor();
}

async function picture(page, name) {
  await accessible(page, name);
  await shot(page, name);
}

const problem = (page) => page.getByRole("alert");

await main(async (browser) => {
  const page = await open(browser);
  await typePassword(page, consoleUrl, login, "Wrong-password-1!");
  await problem(page).getByText("The user name, e-mail address or password is wrong.").waitFor();
  await picture(page, "1-password-refused");

  await typePassword(page, consoleUrl, login, password);
  const change = async (first, second) => {
    await page.getByLabel("New password", { exact: true }).fill(first);
    await page.getByLabel("Repeat the new password").fill(second);
    await page.getByRole("button", { name: "Save password" }).click();
  };
  await picture(page, "2-new-password");
  await closed(page, "before the new password");
  const refusals = [
    ["Aa1!", "Use at least 8 characters."],
    ["Password-without-number!", "Use at least one number."],
    ["password-1!", "Use at least one upper-case letter."],
    ["PASSWORD-1!", "Use at least one lower-case letter."],
    ["Password1", "Use at least one of the symbols"],
    [`Aa1!${"x".repeat(125)}`, "Use at most 128 characters."],
  ];
  for (const [weak, text] of refusals) {
    await change(weak, weak);
    await problem(page).getByText(text).waitFor();
  }
  await picture(page, "2-new-password-refused");
  await change(newPassword, `${newPassword}x`);
  await problem(page).getByText("The two passwords differ.").waitFor();
  await change(newPassword, newPassword);

  await page.getByRole("heading", { name: "Protect your account" }).waitFor();
  await picture(page, "3-enroll");
  await closed(page, "before the enrolment");
  await stays(page, "/signin/phone", "Protect your account");
  await stays(page, "/signin/backup-codes", "Protect your account");
  await page.goto(`${accounts}/signin/enroll`);
  await page.getByRole("link", { name: "Enroll now" }).click();

  const mailbox = `${login}.mfa@customer.example`;
  const send = async (address) => {
    await page.getByLabel("E-mail address").fill(address);
    await page.getByRole("button", { name: "Send email" }).click();
  };
  await picture(page, "3-email");
  await send(`${login}@customer.example`);
  await problem(page).getByText("This is the address of your account.").first().waitFor();
  await picture(page, "3-email-refused");
  await send(mailbox);
  await page.getByRole("heading", { name: "Enter the code from the mail" }).waitFor();
  await picture(page, "3-email-code");
  const prove = async (code, secret) => {
    await page.getByLabel("6-digit code from the mail").fill(code);
    await page.getByLabel("Password of your account").fill(secret);
    await page.getByRole("button", { name: "Verify and continue" }).click();
  };
  const older = await mailedCode(mailbox);
  await page.getByRole("button", { name: "Re-send email" }).click();
  const newer = await mailedCode(mailbox);
  if (older !== newer) {
    await prove(older, newPassword);
    await problem(page).getByText("This code is wrong or is not valid any more.").waitFor();
    await picture(page, "3-email-code-refused");
  }
  await prove(newer, password);
  await problem(page).getByText("The password is wrong.").waitFor();
  await closed(page, "after a wrong password");
  await stays(page, "/signin/app", "Enter the code from the mail");
  await prove(newer, newPassword);

  const qr = page.getByRole("img", { name: "QR code for your authenticator app" });
  const size = await qr.evaluate((img) => img.naturalWidth);
  check(size >= 100, `the QR code is ${size} pixels wide`);
  const key = await page.locator(".key code").innerText();
  check(/^[A-Z2-7 ]{16,}$/.test(key), `the key cannot be typed: ${key}`);
  await picture(page, "4-app");
  const app = new Authenticator(key);
  const verify = async (code) => {
    await page.getByLabel("6-digit code from the app").fill(code);
    await page.getByRole("button", { name: "Verify code" }).click();
  };
  await verify(app.wrong());
  await problem(page).getByText("This code is wrong or has been used before.").waitFor();
  await picture(page, "4-app-refused");
  check((await page.locator(".key code").innerText()) === key, "a wrong code changed the key");
  await closed(page, "after a wrong code");
  await stays(page, "/signin/phone", "Verify your authenticator app");
  await page.goto(`${accounts}/signin/app`);
  await verify(await app.code());
  await page.getByRole("link", { name: "Next: Recovery Methods" }).waitFor();
  await picture(page, "5-app-done");
  await closed(page, "after the code");
  await stays(page, "/signin/backup-codes", "Add recovery phone");
  await page.goto(`${accounts}/signin/phone`);

  const phone = async (number) => {
    await page.getByLabel("Phone number with country code").fill(number);
    await page.getByRole("button", { name: "Save recovery phone number" }).click();
  };
  await page.locator("form").evaluate((form) => (form.noValidate = true));
  await phone("");
  await problem(page).getByText("Write the number with + and the country code").first().waitFor();
  await phone("call me");
  await problem(page).getByText("Write the number with + and the country code").first().waitFor();
  await picture(page, "6-phone-refused");
  await phone("+41 44 668 18 00");
  await picture(page, "7-phone-done");
  await page.getByRole("link", { name: "Next", exact: true }).click();

  await page.getByRole("heading", { name: "Add recovery email" }).waitFor();
  await picture(page, "8-recovery");
  await stays(page, "/signin/backup-codes", "Add recovery email");
  const other = `${login}.other@customer.example`;
  await page.getByLabel("E-mail address").fill(other);
  await page.getByRole("button", { name: "Save recovery email" }).click();
  await picture(page, "8-recovery-code");
  await page.getByLabel("6-digit code from the mail").fill(await mailedCode(other));
  await page.getByRole("button", { name: "Verify code" }).click();
  await page.getByRole("heading", { name: "Your recovery email is saved" }).waitFor();
  await picture(page, "8-recovery-done");
  await page.getByRole("link", { name: "Use another address" }).click();
  await page.getByRole("button", { name: "Don't have a recovery email?" }).click();

  const backupCodes = await page.getByRole("list", { name: "Backup codes" }).getByRole("listitem").allInnerTexts();
  check(new Set(backupCodes).size === 10, `${backupCodes.length} backup codes`);
  await picture(page, "8-backup-codes");
  await closed(page, "before the backup codes are kept");
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download codes" }).click();
  const file = await (await downloading).createReadStream();
  let downloaded = "";
  for await (const part of file) downloaded += part;
  for (const code of backupCodes) check(downloaded.includes(code), `the file lacks the code ${code}`);
  await page.locator("form").evaluate((form) => (form.noValidate = true));
  await page.getByRole("button", { name: "Finish" }).click();
  await problem(page).getByText("Store the backup codes first, then tick the box.").first().waitFor();
  await closed(page, "with codes that are not kept");
  await page.getByLabel("I have stored the backup codes").check();
  await page.getByRole("button", { name: "Finish" }).click();
  await home(page);
  await shot(page, "9-home");
  const me = await api(page, "/v1/me");
  check(me.status === 200, `GET /v1/me answered ${me.status}`);
  check(page.violations.length === 0, page.violations.join("\n"));
  return { totp_secret: key, backup_codes: backupCodes, me: me.body };
});
