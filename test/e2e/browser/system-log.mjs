// The System Log as an administrator reads it: menu, columns, order, the form of actor and target, details, periods.
import { accessible, check, main, open, settings, shot } from "./browser.mjs";
import { home } from "./signin.mjs";

const { console: consoleUrl, state } = settings;
const day = 86_400_000;

await main(async (browser) => {
  const page = await open(browser, { storageState: state });
  await page.goto(consoleUrl);
  await home(page);
  const daysOf = (request) => Math.round((Date.now() - Date.parse(new URL(request.url()).searchParams.get("from"))) / day);
  const asked = (days) => page.waitForRequest((r) => r.url().includes("/systemlog/records?") && daysOf(r) === days);
  const first = asked(30);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "System Log" }).click();
  await first;

  const table = page.getByRole("grid", { name: "System Log" });
  await table.locator("tbody").first().waitFor();
  const columns = (await table.locator("thead th").allInnerTexts()).filter((c) => c !== "Details");
  check(columns.join() === "Date & Time,Actor,Event,Target", `the columns are ${columns}`);
  const cells = (n) => table.locator(`tbody > tr:first-child > td:nth-child(${n})`).allInnerTexts();
  const events = await cells(4);
  const signIn = events.findIndex((text) => text.includes("signed in"));
  const targets = await cells(5);
  const created = targets.findIndex((text) => text.startsWith("Headquarters - "));
  check(signIn >= 0 && signIn < created, `the sign-in is not above the creation of Headquarters: ${events}, ${targets}`);
  const actor = (await cells(3))[signIn];
  check(actor === "admin - administrator", `the actor is written ${actor}`);

  await table.locator("tbody").nth(created).getByRole("button", { name: "Details" }).click();
  for (const field of ["RecordID", "UtcTimestamp", "EventType", "ActorID", "TargetType"]) await page.getByText(field, { exact: true }).waitFor();
  await accessible(page, "record");
  await shot(page, "record");

  const period = page.getByLabel("Time period");
  check((await period.locator("option").allInnerTexts()).join() === "Last 30 days,Last 60 days,Last 90 days", "other periods are offered");
  for (const days of [60, 90]) {
    await period.selectOption(String(days));
    const next = asked(days);
    await page.getByRole("button", { name: "View" }).click();
    await next;
    await table.locator("tbody").first().waitFor();
  }
  check(page.violations.length === 0, page.violations.join("\n"));
});
