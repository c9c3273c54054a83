// One engine's visit: an administrator signs in with both factors, opens the main pages, adds a location, changes the theme
// and signs out; a person signs in to the workspace. Nothing may be said in the browser's console, and every page has to
// have its layout.
import { check, settings } from "./browser.mjs";
import { Authenticator } from "./signin.mjs";
import { drive } from "./webdriver.mjs";

const { engine, console: consoleUrl, workspace, login, password, totp_secret: secret, person } = settings;

// Pages by the entries of the navigation and the tabs that lead there, with their headings.
const pages = [
  ["Home", /^Welcome, /],
  ["Resource Locations", "Resource Locations"],
  ["Identity and Access Management", "Identity and Access Management"],
  ["Administrators", "Administrators"],
  ["Library", "Library"],
  ["System Log", "System Log"],
];

// Runs in the page: what is wrong with its layout. The header is above, the navigation on the left, the page beside it, and
// nothing is wider than the window.
const layout = `
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const [header, nav, main, title] = ["header", "nav", "main", "main h1"].map(box);
  const rules = {
    "the header is not across the window": header.top === 0 && header.width >= innerWidth - 1,
    "the navigation is not below the header": nav.top >= header.bottom - 1,
    "the page is not beside the navigation": main.left >= nav.right - 1 && main.right <= innerWidth + 1 && main.width > innerWidth / 2,
    "the heading is not in the window": title.height > 0 && title.top >= header.bottom && title.bottom < innerHeight && title.left >= main.left,
    "the page is wider than the window": document.documentElement.scrollWidth <= document.documentElement.clientWidth,
    "the style sheet is not applied": getComputedStyle(document.querySelector("nav li")).listStyleType === "none",
  };
  return Object.keys(rules).filter((rule) => !rules[rule]);`;

// An expression of the page: how bright the ground of the page, of the menu's present entry and of a button of the header is,
// from 0 to 255. Each changes in a transition of its own.
const brightness = `[".pf-v6-c-page__main-container", "nav [aria-current=page]", "header .pf-v6-c-menu-toggle:last-child"].map((selector) =>
  Number(getComputedStyle(document.querySelector(selector)).backgroundColor.match(/\\d+/)[0]))`;

await drive(engine, async (page) => {
  const problems = [];
  // arrived waits for a page and looks at it.
  const arrived = async (name, heading) => {
    await page.see("heading", heading);
    await page.until(`${name} is loaded and at rest`,
      "return !document.querySelector('main [role=progressbar]') && !document.getAnimations().some((a) => a instanceof CSSTransition)");
    problems.push(...(await page.evaluate(layout)).map((wrong) => `${name}: ${wrong}`));
    await page.shot(name);
  };
  // leave collects what went wrong before another document takes the place of this one.
  const leave = async (place) => problems.push(...(await page.problems()).map((problem) => `${place}: ${problem}`));

  await page.goto(consoleUrl);
  await page.type("User name or e-mail address", login);
  await page.type("Password", password);
  await page.shot("sign-in");
  await leave("sign-in");
  await page.click("button", "Sign in");
  await page.type(/^Enter the verification code/, await new Authenticator(secret).code());
  await leave("code");
  await page.click("button", "Verify");

  await page.see("heading", /^Welcome, /);
  for (const [entry, heading] of pages) {
    await page.click("link", entry);
    await arrived(entry, heading);
  }
  await page.click("button", /^Account of /);
  await page.click("menuitem", "My settings");
  await arrived("My settings", "My settings");

  await page.click("link", "Resource Locations");
  await page.click("button", "Resource Location");
  await page.type(/^Name/, `Site of ${engine}`);
  await page.click("button", "Save");
  await arrived("location", /^Site of /);

  await page.until("every part is light", `return (${brightness}).every((part) => part > 200)`);
  await page.click("button", "Colour theme");
  await page.click("menuitem", "Dark");
  await page.until("every part is dark", `return (${brightness}).every((part) => part < 100)`);
  await arrived("dark", /^Site of /);

  await leave("console");
  await page.click("button", /^Account of /);
  await page.click("menuitem", "Sign out");
  await page.see("heading", "You are signed out");
  await leave("signed out");
  await page.goto(consoleUrl);
  await page.see("field", "Password");

  await page.goto(workspace);
  await page.type(/^(Username|Login)$/, person.login);
  await page.type("Password", person.password);
  await page.click("button", /^(Login|Sign in)$/i);
  await page.see("button", "Search");
  await page.click("summary", /^Your account/);
  await page.see("heading", "Who you are");
  await page.shot("workspace");
  await leave("workspace");
  await page.click("button", "Sign out");
  await page.see("heading", "You are signed out");

  check(problems.length === 0, problems.join("\n"));
});
