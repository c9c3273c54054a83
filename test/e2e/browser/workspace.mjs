// Sign-ins of people through an identity provider.

// signInAtIdP fills in the page of SimpleSAMLphp or of the demonstration's identity provider.
export async function signInAtIdP(page, login, password) {
  await page.getByLabel(/^(Username|Login)$/).fill(login);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: /^(Login|Sign in)$/i }).click();
}

// facts reads the workspace's page about the person: { Account: "…", Domain: "…", … }.
export async function facts(page) {
  await page.locator("details.account > summary").click();
  await page.getByRole("heading", { name: "Who you are" }).waitFor();
  const names = await page.locator("dl.facts dt").allInnerTexts();
  const values = await page.locator("dl.facts dd").allInnerTexts();
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

// refusal reads the page of a refused sign-in; its transaction ID is what an administrator looks for.
export async function refusal(page) {
  await page.getByText("Transaction ID", { exact: true }).waitFor();
  return { text: await page.locator("main").innerText(), transaction: await page.locator("dd code").innerText() };
}
