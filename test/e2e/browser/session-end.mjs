// A console session ends 72 hours after the sign-in, however much it is used; what was typed survives the new sign-in.
import { check, main, open, settings, shot } from "./browser.mjs";
import { Authenticator, signedIn, signIn } from "./signin.mjs";

const { console: consoleUrl, dev } = settings;

async function advance(by) {
  const answer = await fetch(`${dev}/dev/clock`, { method: "POST", body: JSON.stringify({ advance: by }) });
  check(answer.ok, `the clock answered ${answer.status}`);
}

await main(async (browser) => {
  const page = await open(browser);
  await signIn(page, { ...settings, app: new Authenticator(settings.totp_secret) });
  for (const by of ["24h", "24h", "23h55m"]) {
    await advance(by);
    await page.goto(`${consoleUrl}/system-log`);
    await page.getByRole("grid", { name: "System Log" }).locator("tbody").first().waitFor();
    check(await signedIn(page), "the session ended before 72 hours");
  }
  await page.goto(`${consoleUrl}/locations`);
  await page.getByRole("button", { name: "Resource Location", exact: true }).first().click();
  const name = page.getByRole("dialog").getByRole("textbox", { name: "Name" });
  await name.fill("Typed before the end");
  await advance("6m"); // what the script itself has taken comes on top
  check(!(await signedIn(page)), "the session goes on after 72 hours");
  await page.getByRole("button", { name: "Save" }).click();
  const ended = page.getByRole("dialog", { name: "Your session has ended" });
  await ended.waitFor();
  await shot(page, "session-ended");
  check((await page.locator("#location-name").inputValue()) === "Typed before the end", "what was typed is lost");
});
