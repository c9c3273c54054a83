// Signs in to the workspace, signs out there, and looks whether the provider asks for the password again; signs in once
// more and lets the logout begin at the provider.
import { accessible, check, main, open, settings, shot } from "./browser.mjs";
import { signInAtIdP } from "./workspace.mjs";

const { workspace, person, personPassword, name, provider, startLogout, ended } = settings;

async function signIn(page) {
  await page.goto(workspace);
  await page.waitForURL((url) => url.origin === new URL(provider).origin);
  await signInAtIdP(page, person, personPassword);
  await page.getByRole("heading", { name: `Hello, ${name}` }).waitFor();
}

await main(async (browser) => {
  const page = await open(browser);
  await signIn(page);
  await page.locator("details.account > summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("You are signed out here and at your identity provider.").waitFor();
  check(new URL(page.url()).origin === new URL(workspace).origin, `it ends at ${page.url()}`);
  await accessible(page, "signed out");
  await shot(page, "1-signed-out");
  await page.getByRole("link", { name: "Sign in again" }).click();
  await page.waitForURL((url) => url.origin === new URL(provider).origin);
  await page.getByLabel("Password", { exact: true }).waitFor();

  await signIn(page);
  const second = await page.context().newPage();
  await second.goto(startLogout);
  await second.waitForURL((url) => url.href.startsWith(provider + ended));
  await shot(second, "2-signed-out-by-the-provider");
  await page.goto(workspace);
  await page.waitForURL((url) => url.origin === new URL(provider).origin);
  await page.getByLabel("Password", { exact: true }).waitFor();
  check(page.violations.length === 0, page.violations.join("\n"));
});
