// Connects a SAML identity provider in the console's wizard: metadata from its URL, a test as a real round trip, Finish;
// then chooses it for the workspace.
import { accessible, check, main, open, settings, shotEach } from "./browser.mjs";
import { signInAtIdP } from "./workspace.mjs";

const { console: consoleUrl, metadataUrl, entityId, ssoUrl, location, connectors, domain, nickname, identifier, login, password, expected, state } = settings;

await main(async (browser) => {
  const page = await open(browser, { storageState: state });
  await page.goto(`${consoleUrl}/locations/${location}`);
  const rows = page.getByRole("grid", { name: "Cloud Connectors" }).locator("tbody tr").filter({ hasText: domain });
  await rows.nth(connectors - 1).waitFor();
  for (const row of await rows.all()) await row.getByText("Connected", { exact: true }).waitFor();
  const warned = (await page.getByText("Fewer than two connectors").count()) > 0;
  check(warned === connectors < 2, `with ${connectors} connectors the page ${warned ? "still warns" : "does not warn"} of too few`);
  await shotEach(page, "1-connectors");

  await page.goto(`${consoleUrl}/workspace/authentication`);
  await page.getByText("No authentication method is chosen").waitFor();
  await shotEach(page, "2-nothing-chosen");

  await page.goto(`${consoleUrl}/identity/authentication`);
  await page.getByRole("button", { name: "Actions for SAML 2.0" }).click();
  await page.getByRole("menuitem", { name: "Connect", exact: true }).click();
  await page.getByRole("textbox", { name: "Sign-in URL identifier" }).fill("Not URL friendly");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByText("Use 3 to 63 lower-case letters").waitFor();
  await page.getByRole("textbox", { name: "Sign-in URL identifier" }).fill(identifier);
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByRole("heading", { name: "Configure SAML", exact: true }).waitFor();

  await page.getByRole("textbox", { name: "Metadata URL" }).fill(metadataUrl);
  await page.getByRole("button", { name: "Read metadata" }).click();
  await page.getByText("The metadata was read. Check the settings below.").waitFor();
  const input = (label) => page.getByRole("textbox", { name: label }); // a star follows the label of what is needed
  const filled = [await input("Identity Provider Entity ID").inputValue(), await input("SSO Service URL").inputValue()];
  check(filled.join() === [entityId, ssoUrl].join(), `the metadata filled in ${filled}`);
  await input("Identity Provider Nickname").fill(nickname);
  await accessible(page, "configure SAML");
  await shotEach(page, "3-configured");

  const popup = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Test and Finish" }).click();
  const window = await popup;
  await signInAtIdP(window, login, password);
  await window.getByRole("heading", { name: "The test has passed" }).waitFor();
  await shotEach(window, "4-test-window");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("The test has passed.").waitFor();
  const claims = await dialog.getByRole("grid", { name: "What is known about the person" }).innerText();
  for (const part of [expected.upn, expected.sid, "Assertion", "Active Directory"]) check(claims.includes(part), `the claims lack ${part}:\n${claims}`);
  await accessible(page, "test passed");
  await shotEach(page, "5-test-passed");
  await page.getByRole("button", { name: "Finish", exact: true }).click();
  await page.getByText("The connection is ready.").waitFor();
  await shotEach(page, "6-connection");

  await page.goto(`${consoleUrl}/workspace/authentication`);
  await page.getByRole("radio", { name: nickname }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("dialog").getByText("From now on everybody signs in").waitFor();
  await shotEach(page, "7-confirm");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Save" }).and(page.locator(":disabled")).waitFor();
  check(await page.getByRole("radio", { name: nickname }).isChecked(), "the connection is not chosen");
  await shotEach(page, "8-chosen");
  await page.getByRole("link", { name: "Access", exact: true }).or(page.getByRole("tab", { name: "Access", exact: true })).click();
  const workspace = await page.getByLabel("Workspace URL", { exact: true }).inputValue();

  await page.goto(`${consoleUrl}/identity/authentication`);
  await page.getByRole("button", { name: `Actions for ${nickname}` }).click();
  await page.getByRole("menuitem", { name: "Delete identity provider" }).click();
  const refused = page.getByRole("dialog", { name: `Delete ${nickname}?` });
  await refused.getByText("The workspace uses this identity provider").waitFor();
  check((await refused.getByRole("button", { name: "Yes, disconnect" }).count()) === 0, "a connection in use can be deleted");
  check(page.violations.length === 0, page.violations.join("\n"));
  return { workspace };
});
