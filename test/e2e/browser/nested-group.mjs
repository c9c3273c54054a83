// An administrator makes an offering and assigns it to a group that he finds by typing. A person who is in the group only
// through other groups opens it, as long as the directory says so; people without the group do not have it; once it is taken
// away the person's next page is without it.
import { accessible, check, fits, main, open, settings, shot } from "./browser.mjs";
import { facts, signInAtIdP } from "./workspace.mjs";

const { console: consoleUrl, state, workspace, application, membership, group, domain, member, others, password } = settings;
const offering = { name: "Payroll", address: `${application}/start?from=workspace`, category: "Finance" };

// visit opens the workspace as a person.
async function visit(browser, person, options = {}) {
  const page = await open(browser, options);
  await page.goto(workspace);
  await signInAtIdP(page, person.login, password);
  await page.getByRole("heading", { name: /^Hello, / }).waitFor();
  return page;
}

const card = (page) => page.getByRole("link", { name: offering.name });
const nothing = (page) => page.getByRole("heading", { name: "There is nothing here yet" });

await main(async (browser) => {
  const admin = await open(browser, { storageState: state });
  await admin.goto(`${consoleUrl}/library`);
  await admin.getByRole("heading", { name: "No offerings yet" }).waitFor();
  await accessible(admin, "empty library");
  await shot(admin, "1-library");
  await admin.getByRole("button", { name: "Add offering" }).first().click();
  await admin.getByRole("textbox", { name: "Name" }).fill(offering.name);
  await admin.getByRole("textbox", { name: "Address" }).fill("http://payroll.alpine.example");
  await admin.getByRole("combobox", { name: "Category" }).or(admin.getByRole("textbox", { name: "Category" })).fill(offering.category);
  await admin.getByRole("button", { name: "Save" }).click();
  await admin.getByText("begins with https:// and has no user name").waitFor();
  await shot(admin, "2-address-refused");
  await admin.getByRole("textbox", { name: "Address" }).fill(offering.address);
  await admin.getByRole("button", { name: "Save" }).click();
  await admin.getByRole("heading", { name: "Nobody may open it yet" }).waitFor();
  const id = new URL(admin.url()).pathname.split("/").at(-1);
  await accessible(admin, "offering");
  await shot(admin, "3-offering");

  const early = await visit(browser, member);
  await nothing(early).waitFor();
  await accessible(early, "empty workspace");

  await admin.getByRole("button", { name: "Assign users and groups" }).first().click();
  await admin.getByLabel("Search users and groups").fill(group.name.slice(0, -1).toLowerCase());
  await admin.getByLabel("Type", { exact: true }).selectOption({ label: "Groups" });
  const found = admin.getByRole("grid", { name: "Found users and groups" });
  const mine = found.getByRole("row").filter({ hasText: group.name }).filter({ hasText: domain });
  await mine.waitFor();
  check((await found.getByRole("row").filter({ hasText: group.name }).count()) === 2, "the search does not show the group of both forests");
  await accessible(admin, "search");
  await shot(admin, "4-search");
  await mine.getByRole("checkbox").check();
  await admin.getByRole("button", { name: "Assign", exact: true }).click();
  const assigned = admin.getByRole("grid", { name: "Users and groups", exact: true }).getByRole("row").filter({ hasText: group.name });
  await assigned.getByText(domain).waitFor();
  const sid = await assigned.getByText(group.name, { exact: true }).getAttribute("title");
  check(sid === group.sid, `the group ${sid} is assigned instead of ${group.sid}`);
  await accessible(admin, "assignments");
  await shot(admin, "5-assigned");

  await early.reload();
  await card(early).waitFor();
  check((await facts(early))["Security identifier"] === member.sid, "somebody else is signed in");
  await early.locator("details.account > summary").click();
  await accessible(early, "workspace");
  await shot(early, "6-workspace");
  const opening = early.waitForEvent("popup");
  await card(early).click();
  const opened = await opening;
  await opened.waitForURL(offering.address);
  check((await opened.innerText("body")) === 'from ""', `the application learns ${await opened.innerText("body")}`);

  for (const [inside, then] of [["no", nothing], ["yes", card]]) {
    const changed = await fetch(`${membership}?in=${inside}`, { method: "PUT" });
    check(changed.ok, await changed.text());
    await early.reload();
    await then(early).waitFor();
  }

  for (const [n, other] of others.entries()) {
    const page = await visit(browser, other, { viewport: { width: 390, height: 844 } });
    await nothing(page).waitFor();
    await fits(page, "narrow workspace");
    await accessible(page, "narrow workspace");
    await shot(page, `7-without-${n}`);
    const answer = await page.goto(`${workspace}/open/${id}`);
    check(answer.status() === 404, `${other.login} opens by the address: ${answer.status()}`);
    await page.context().close();
  }

  await admin.getByRole("button", { name: `Remove ${group.name}` }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await admin.getByRole("heading", { name: "Nobody may open it yet" }).waitFor();
  await early.reload();
  await nothing(early).waitFor();
  await shot(early, "8-taken-away");
  const late = await early.goto(`${workspace}/open/${id}`);
  check(late.status() === 404, `what was taken away opens: ${late.status()}`);
  const violations = [...admin.violations, ...early.violations];
  check(violations.length === 0, violations.join("\n"));
});
