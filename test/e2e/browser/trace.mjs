// Finds a refused sign-in in the console by the transaction ID that the person saw, and reads why.
import { accessible, check, main, open, settings, shot } from "./browser.mjs";

const { console: consoleUrl, transaction, state } = settings;

await main(async (browser) => {
  const page = await open(browser, { storageState: state });
  await page.goto(`${consoleUrl}/signin-traces`);
  await page.getByLabel("Transaction ID").fill(transaction);
  await page.getByRole("button", { name: "Find" }).click();
  const rows = page.getByRole("grid").getByRole("row");
  await page.waitForURL(/transaction/i);
  await rows.nth(1).getByRole("link").first().waitFor();
  check((await rows.count()) === 2, `${(await rows.count()) - 1} traces have this transaction ID`);
  await shot(page, "trace-found");
  await rows.nth(1).getByRole("link").first().click();
  await page.getByRole("heading", { name: /^Sign-in of / }).waitFor();
  await accessible(page, "trace");
  await shot(page, "trace");
  check(page.violations.length === 0, page.violations.join("\n"));
  return { text: await page.getByRole("main").innerText() };
});
