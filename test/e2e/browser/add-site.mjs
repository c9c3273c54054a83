// Adds a resource location in the console and makes a parameter file for each connector of it.
import { accessible, check, main, open, settings, shot } from "./browser.mjs";

const { console: consoleUrl, name, connectors, folder, state } = settings;

await main(async (browser) => {
  const page = await open(browser, { storageState: state });
  await page.goto(`${consoleUrl}/locations`);
  await page.getByRole("button", { name: "Resource Location", exact: true }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  await page.getByText("Fewer than two connectors").waitFor();
  await page.getByText("No connectors yet").first().waitFor();
  await shot(page, "1-location");
  const location = new URL(page.url()).pathname.split("/").at(-1);
  const files = [];
  for (let n = 1; n <= connectors; n++) {
    await page.getByRole("button", { name: "Connector", exact: true }).first().click();
    const dialog = page.getByRole("dialog");
    const make = dialog.getByRole("button", { name: "Create parameter file" });
    check(await make.isDisabled(), "a parameter file is made without the terms");
    await dialog.getByLabel("I accept the terms of service for this installation").check();
    await make.click();
    const downloading = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Download parameter file" }).click();
    const download = await downloading;
    const file = `${folder}/connector-${n}.json`;
    await download.saveAs(file);
    files.push(file);
    await dialog.getByText(`causeway-connector install --parameters ${download.suggestedFilename()}`).waitFor();
    await accessible(page, "parameter file");
    await shot(page, `2-parameter-file-${n}`);
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await dialog.waitFor({ state: "hidden" });
  }
  check(page.violations.length === 0, page.violations.join("\n"));
  return { location, files };
});
