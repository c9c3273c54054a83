// Finds a sign-in in the console, by the transaction ID that a refused person saw or by the person's name, and reads its trace.
import { accessible, check, main, open, settings, shotEach } from "./browser.mjs";

const { console: consoleUrl, transaction, person, state } = settings;

await main(async (browser) => {
  const page = await open(browser, { storageState: state });
  await page.goto(`${consoleUrl}/signin-traces`);
  const rows = page.getByRole("grid").locator("tbody tr");
  await rows.first().waitFor();
  if (transaction) {
    await page.getByLabel("Transaction ID").fill(transaction);
    await page.getByRole("button", { name: "Find" }).click();
    await page.waitForURL(/transaction/i);
    await rows.filter({ hasNotText: transaction }).first().waitFor({ state: "detached" });
  }
  await shotEach(page, `${person}-found`);
  await rows.filter({ hasText: transaction ?? person }).filter({ hasText: "Sign-in" }).getByRole("link").first().click();
  await page.getByRole("heading", { name: `Sign-in of ${person}` }).waitFor();
  await accessible(page, "trace");
  await shotEach(page, `${person}-trace`);
  check(page.violations.length === 0, page.violations.join("\n"));
  return { text: await page.getByRole("main").innerText() };
});
