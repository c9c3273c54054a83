// The first person of an approved company chooses a password, enrols a second factor, and makes the cloud account.
import { accessible, check, main, open, settings, shot } from "./browser.mjs";
import { api, enrolApp, keepBackupCodes, mailedLink } from "./signin.mjs";

const { email, mailbox, password, company, account, region, state } = settings;

await main(async (browser) => {
  const page = await open(browser);
  await page.goto(await mailedLink(email, "/signup/password"));
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Repeat the password").fill(password);
  await accessible(page, "first password");
  await shot(page, "1-password");
  await page.getByRole("button", { name: "Create company account" }).click();
  await page.getByRole("heading", { name: "Your company account is ready" }).waitFor();
  await shot(page, "2-company");
  await page.getByRole("link", { name: "Create account" }).click();
  await page.getByLabel("User name or e-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await enrolApp(page, mailbox, password);
  await keepBackupCodes(page);

  await page.getByRole("heading", { name: "Create your cloud account" }).waitFor();
  check((await page.getByLabel("Name of the account").inputValue()) === company, "the account is not called as the company");
  check((await page.getByText("It can never be changed.").count()) === 1, "nothing says that the region stays");
  await page.getByLabel("Name of the account").fill(account);
  await page.getByRole("radio", { name: region }).check();
  const create = page.getByRole("button", { name: "Create account" });
  await page.locator("form").evaluate((form) => (form.noValidate = true));
  await create.click();
  await page.getByRole("alert").waitFor();
  await accessible(page, "terms refused");
  await shot(page, "3-terms");
  await page.getByLabel("I have read and accept the Terms of Service").check();
  await create.click();
  await page.getByRole("heading", { name: "Next steps", level: 1 }).waitFor();
  for (const step of ["Add an identity provider", "Add administrators", "Connect a site", "Request trials", "Allocate licences"]) {
    await page.getByRole("heading", { name: step }).waitFor();
  }
  await accessible(page, "next steps");
  await shot(page, "4-next-steps");
  const { body: me } = await api(page, "/v1/me");
  await page.context().storageState({ path: state });
  check(page.violations.length === 0, page.violations.join("\n"));
  return me;
});
