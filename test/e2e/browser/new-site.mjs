// What the console says about sites: the ID of each to copy, and that two connectors are wanted wherever there are fewer.
import { accessible, check, main, open, settings, shot, until } from "./browser.mjs";
import { home } from "./signin.mjs";

const { console: consoleUrl, location, state } = settings;

await main(async (browser) => {
  const page = await open(browser, { storageState: state, permissions: ["clipboard-read", "clipboard-write"] });
  await page.goto(consoleUrl);
  await home(page);
  await page.getByRole("heading", { name: /^Add a resource location/ }).or(page.getByText("Add a resource location")).first().waitFor();
  await page.getByText("Install two connectors").waitFor();

  await page.goto(`${consoleUrl}/locations`);
  await page.getByRole("button", { name: "ID of Headquarters" }).click();
  const bubble = page.getByRole("dialog", { name: "Resource location ID" });
  await bubble.getByText(location).waitFor();
  await accessible(page, "ID of a resource location");
  await shot(page, "1-id");
  await bubble.getByRole("button", { name: "Copy Resource location ID" }).click();
  await until(page, "the ID is in the clipboard", async (id) => (await navigator.clipboard.readText()) === id, location);
  await bubble.getByRole("button", { name: "Close" }).click();
  await page.getByText("Not highly available").waitFor();

  for (const name of ["Branch office Zürich", "Public cloud (eu-1)"]) {
    await page.goto(`${consoleUrl}/locations`);
    await page.getByRole("button", { name: "Resource Location", exact: true }).first().click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill(name);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.getByText("Install at least two").waitFor();
    await page.getByText("Install two connectors on machines of this site.").waitFor();
  }
  await shot(page, "2-new-site");

  await page.goto(`${consoleUrl}/identity/authentication`);
  await page.getByText("A domain has fewer than two connectors").waitFor();
  await page.getByText("partner.example. At least two are needed for each domain.").waitFor();
  check(page.violations.length === 0, page.violations.join("\n"));
});
