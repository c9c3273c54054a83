// One person opens the workspace, signs in at the identity provider, and is in or refused.
import { accessible, check, main, open, settings, shotEach } from "./browser.mjs";
import { facts, refusal, signInAtIdP } from "./workspace.mjs";

const { workspace, login, password, refused, picture } = settings;

await main(async (browser) => {
  const page = await open(browser);
  await page.goto(workspace);
  await signInAtIdP(page, login, password);
  const result = refused ? await refusal(page) : await facts(page);
  check(refused || page.url().startsWith(workspace), `the person landed at ${page.url()}`);
  await accessible(page, picture);
  await shotEach(page, picture);
  if (!refused) {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "You are signed out" }).waitFor();
    await shotEach(page, `${picture}-signed-out`);
  }
  check(page.violations.length === 0, page.violations.join("\n"));
  return result;
});
