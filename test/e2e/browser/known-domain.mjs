// Waits until the control plane knows a domain of the directory, as the API tells.
import { check, main, open, settings } from "./browser.mjs";
import { api } from "./signin.mjs";

await main(async (browser) => {
  const page = await open(browser, { storageState: settings.state });
  await page.goto(settings.console);
  const end = Date.now() + 60_000;
  for (;;) {
    const { status, body } = await api(page, `/${settings.customerId}/v1/directory/domains`);
    check(status === 200, `the API answered ${status}`);
    if (body.items.some((d) => d.name === settings.domain && d.connected > 0)) return;
    check(Date.now() < end, `the domain ${settings.domain} is not known: ${JSON.stringify(body)}`);
    await page.waitForTimeout(250);
  }
});
