// The sign-in of administrators, step by step.
import { check, settings, totp } from "./browser.mjs";

const step = 30_000;

// Authenticator is an authenticator app. Each code is given once, as the server takes it. The code of the next step is
// taken too, so that the second sign-in need not wait.
export class Authenticator {
  #last = 0;
  constructor(secret) {
    this.secret = secret;
  }
  async code() {
    const now = () => Math.floor(Date.now() / step);
    const counter = Math.max(this.#last + 1, now());
    while (counter > now() + 1) await new Promise((resolve) => setTimeout(resolve, 250));
    this.#last = counter;
    return totp(this.secret, counter * step);
  }
  // wrong is a code that is none of those taken now.
  wrong() {
    const taken = [-2, -1, 0, 1, 2].map((n) => totp(this.secret, Date.now() + n * step));
    return ["000000", "111111", "222222", "333333", "444444", "555555"].find((c) => !taken.includes(c));
  }
}

// typePassword opens the console and passes the first page.
export async function typePassword(page, consoleUrl, name, password) {
  await page.goto(consoleUrl);
  await page.getByLabel("User name or e-mail address").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

// typeCode passes the prompt for the second factor.
export async function typeCode(page, code) {
  await page.getByLabel("Enter the verification code").fill(code);
  await page.getByRole("button", { name: "Verify", exact: true }).click();
}

// signIn signs an enrolled administrator in and ends on the home page.
export async function signIn(page, { console: url, login, password, app }) {
  await typePassword(page, url, login, password);
  await typeCode(page, await app.code());
  await home(page);
}

// home waits for the home page of the console.
export async function home(page) {
  await page.getByRole("heading", { name: /^Welcome, / }).waitFor();
}

let lastMail = 0;

// mailed waits for a mail to an address that has not been read yet and has something in its text, which it returns.
async function mailed(to, pattern) {
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    const mails = await (await fetch(`${settings.mail}?to=${encodeURIComponent(to)}`, { headers: { accept: "application/json" } })).json();
    const found = mails.find(({ id, text }) => id > lastMail && pattern.test(text));
    if (found) {
      lastMail = found.id;
      return found.text.match(pattern)[0];
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no mail to ${to} with ${pattern}`);
}

// mailedCode is the code in the newest mail.
export const mailedCode = (to) => mailed(to, /\b\d{6}\b/);

// mailedLink is the link in the newest mail that leads to a page.
export const mailedLink = (to, path) => mailed(to, new RegExp(`https://\\S*${path}\\?\\S+`));

// proveMailbox does the first step of an enrolment.
export async function proveMailbox(page, address, password) {
  await page.getByLabel("E-mail address").fill(address);
  await page.getByRole("button", { name: "Send email" }).click();
  await page.getByRole("heading", { name: "Enter the code from the mail" }).waitFor();
  await page.getByLabel("6-digit code from the mail").fill(await mailedCode(address));
  await page.getByLabel("Password of your account").fill(password);
  await page.getByRole("button", { name: "Verify and continue" }).click();
}

// enrol takes a new login through its first sign-in without looking left or right.
export async function enrol(page, { console: url, login, password, newPassword }) {
  await typePassword(page, url, login, password);
  await page.getByLabel("New password", { exact: true }).fill(newPassword);
  await page.getByLabel("Repeat the new password").fill(newPassword);
  await page.getByRole("button", { name: "Save password" }).click();
  const app = await enrolApp(page, `${login}.mfa@customer.example`, newPassword);
  const backupCodes = await keepBackupCodes(page);
  await home(page);
  return { app, backupCodes };
}

// enrolApp begins at "Protect your account" and ends where the ways of recovery are chosen; the app comes back.
export async function enrolApp(page, mailbox, password) {
  await page.getByRole("link", { name: "Enroll now" }).click();
  await proveMailbox(page, mailbox, password);
  const app = new Authenticator(await page.locator(".key code").innerText());
  await page.getByLabel("6-digit code from the app").fill(await app.code());
  await page.getByRole("button", { name: "Verify code" }).click();
  await page.getByRole("link", { name: "Next: Recovery Methods" }).click();
  await page.getByLabel("Phone number with country code").fill("+41 44 668 18 00");
  await page.getByRole("button", { name: "Save recovery phone number" }).click();
  await page.getByRole("link", { name: "Next", exact: true }).click();
  await page.getByRole("heading", { name: "Add recovery email" }).waitFor();
  return app;
}

// keepBackupCodes ends an enrolment without a recovery e-mail address.
export async function keepBackupCodes(page) {
  await page.getByRole("button", { name: "Don't have a recovery email?" }).click();
  const backupCodes = await page.getByRole("list", { name: "Backup codes" }).getByRole("listitem").allInnerTexts();
  await page.getByLabel("I have stored the backup codes").check();
  await page.getByRole("button", { name: "Finish" }).click();
  return backupCodes;
}

// keepRecoveryEmail ends an enrolment with one.
export async function keepRecoveryEmail(page, address) {
  await page.getByLabel("E-mail address").fill(address);
  await page.getByRole("button", { name: "Save recovery email" }).click();
  await page.getByLabel("6-digit code from the mail").fill(await mailedCode(address));
  await page.getByRole("button", { name: "Verify code" }).click();
  await page.getByRole("heading", { name: "Your recovery email is saved" }).waitFor();
  await page.getByRole("button", { name: "Finish" }).click();
}

// api calls the console's API from the page, with the browser's cookies, and returns status and body.
export async function api(page, path, init = {}) {
  return page.evaluate(async ([p, i]) => {
    const answer = await fetch(`/api${p}`, i);
    const text = await answer.text();
    return { status: answer.status, body: text.startsWith("{") ? JSON.parse(text) : text };
  }, [path, init]);
}

// menu opens the account menu and chooses an entry.
export async function menu(page, entry) {
  await page.getByRole("button", { name: /^Account of / }).click();
  await page.getByRole("menuitem", { name: entry, exact: true }).click();
}

// signedIn tells whether the browser holds a session of the console. It asks in a tab of its own, because the pages
// outside the console let no script ask.
export async function signedIn(page) {
  const tab = await page.context().newPage();
  const status = (await tab.goto(`${settings.console}/api/v1/me`)).status();
  await tab.close();
  check(status === 200 || status === 401, `GET /v1/me answered ${status}`);
  return status === 200;
}
