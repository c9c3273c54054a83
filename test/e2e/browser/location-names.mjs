// Names of resource locations in the console: every refusal stands at the field, for new names and for renamed ones, and
// the 51st location is refused.
import { accessible, check, main, open, settings, shot } from "./browser.mjs";
import { api } from "./signin.mjs";

const { console: consoleUrl, customerId, state, forbidden, limit } = settings;

await main(async (browser) => {
  const page = await open(browser, { storageState: state });
  await page.goto(`${consoleUrl}/locations`);
  const dialog = page.getByRole("dialog");
  const field = dialog.getByRole("textbox", { name: "Name" });
  const refuse = async (name, text) => {
    await field.fill(name);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.locator("#location-name-help").getByText(text).waitFor();
    check((await field.getAttribute("aria-invalid")) === "true", `${name}: the field is not marked`);
    check((await field.getAttribute("aria-describedby")) === "location-name-help", `${name}: the text does not belong to the field`);
  };
  const rules = async () => {
    for (const c of forbidden) await refuse(`A${c}B`, `These characters are not allowed in the name of a resource location: ${c}`);
    await refuse("x".repeat(65), "64");
    await field.fill("HEADQUARTERS");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Another resource location is already called").waitFor();
  };
  await page.getByRole("button", { name: "Resource Location", exact: true }).click();
  await rules();
  await accessible(page, "refused name");
  await shot(page, "refused");
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Actions for Partner site" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await rules();
  await dialog.getByRole("button", { name: "Cancel" }).click();

  const { body } = await api(page, `/${customerId}/v1/locations`);
  for (let n = body.items.length; n < limit; n++) {
    const made = await api(page, `/${customerId}/v1/locations`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: `Site ${n}` }) });
    check(made.status === 201 || made.status === 200, `location ${n + 1} was answered ${made.status}`);
  }
  await page.reload();
  await page.getByRole("button", { name: "Resource Location", exact: true }).click();
  await field.fill("One too many");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText(`A customer can have at most ${limit} resource locations.`).waitFor();
  await accessible(page, "one too many");
  await shot(page, "one-too-many");
  check(page.violations.length === 0, page.violations.join("\n"));
});
