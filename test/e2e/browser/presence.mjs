// Watches the connectors of a resource location without loading the page again: one is killed, the other one is removed.
import { accessible, check, main, open, settings, shot } from "./browser.mjs";

const { console: consoleUrl, location, pids, state } = settings;

// It is seen at once, and removal ends a connector at once. The limit leaves a busy machine room; a connector that is only silent
// is given up after a minute and a half.
const limit = 15_000;

// gone waits until a process has ended.
async function gone(page, pid, within) {
  const end = Date.now() + within;
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    check(Date.now() < end, `process ${pid} still runs after ${within} ms`);
    await page.waitForTimeout(50);
  }
}

await main(async (browser) => {
  const page = await open(browser, { storageState: state });
  await page.goto(`${consoleUrl}/locations/${location}`);
  const rows = page.getByRole("grid", { name: "Cloud Connectors" }).locator("tbody tr");
  const connected = rows.filter({ has: page.getByText("Connected", { exact: true }) });
  await connected.nth(1).waitFor();
  const columns = (await page.getByRole("grid", { name: "Cloud Connectors" }).locator("thead th").allInnerTexts()).filter((c) => c !== "Actions");
  check(columns.join() === "Name,Type,Status,Version,Domain,Last contact", `the columns are ${columns}`);
  await page.evaluate(() => (window.notLoadedAgain = true));

  process.kill(pids[0], "SIGKILL");
  const killed = Date.now();
  await rows.filter({ hasText: /Disconnected|Not in contact/ }).waitFor({ timeout: limit });
  const seen = Date.now() - killed;
  check((await connected.count()) === 1, "the other connector is not shown as connected");
  await accessible(page, "one connector down");
  await shot(page, "1-killed");

  await connected.getByRole("button", { name: /^Actions for / }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Its channel is cut at once").waitFor();
  await shot(page, "2-remove");
  await dialog.getByRole("button", { name: "Remove connector" }).click();
  await dialog.waitFor({ state: "hidden" });
  await gone(page, pids[1], limit);
  await page.getByText("Fewer than two connectors").waitFor();
  await rows.nth(1).waitFor({ state: "detached" });
  check(await page.evaluate(() => window.notLoadedAgain === true), "the page was loaded again");
  await shot(page, "3-removed");

  await page.goto(`${consoleUrl}/system-log`);
  const removal = page.getByRole("grid", { name: "System Log" }).locator("tbody tr").filter({ hasText: /Connector (Deleted|Removed)/i }).first();
  check((await removal.innerText()).includes("admin - administrator"), `the removal is recorded as: ${await removal.innerText()}`);
  check(page.violations.length === 0, page.violations.join("\n"));
  return { seen };
});
