// Creates a service principal in the console and downloads its file: the secret is shown once and never again.
import { accessible, check, main, open, settings, shot } from "./browser.mjs";

const { console: consoleUrl, state, name, folder } = settings;

await main(async (browser) => {
  const page = await open(browser, { storageState: state });
  await page.goto(`${consoleUrl}/identity/api-access`);
  await page.getByRole("button", { name: "Service principal", exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await dialog.getByText("It is shown only once.").waitFor();
  const id = await dialog.getByLabel("Client ID", { exact: true }).inputValue();
  const secret = await dialog.getByLabel("Client secret", { exact: true }).inputValue();
  check(id !== "" && secret.length >= 32, "no ID or secret is shown");
  await accessible(page, "secret");
  const downloading = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download" }).click();
  const download = await downloading;
  const file = `${folder}/${download.suggestedFilename()}`;
  await download.saveAs(file);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("grid", { name: "Service principals" }).getByText(name).waitFor();
  check(!(await page.content()).includes(secret), "the page still holds the secret");
  await page.reload();
  await page.getByRole("grid", { name: "Service principals" }).getByText(name).waitFor();
  check(!(await page.content()).includes(secret), "the secret is shown again");
  await accessible(page, "service principals");
  await shot(page, "service-principals");
  await page.goto(`${consoleUrl}/system-log`);
  await page.getByRole("grid", { name: "System Log" }).getByText(name).first().waitFor();
  check(!(await page.content()).includes(secret), "the System Log holds the secret");
  check(page.violations.length === 0, page.violations.join("\n"));
  return { id, secret, file };
});
