// What every browser script shares: Chromium with the flags that keep it quiet, settings from the environment, and
// checks that fail with a picture.
import { readFileSync, mkdirSync } from "node:fs";
import { createHmac } from "node:crypto";
import { chromium } from "playwright-core";

export const settings = JSON.parse(process.env.E2E_SETTINGS ?? "{}");
const shots = process.env.E2E_SHOTS ?? "";
const executablePath = process.env.E2E_CHROMIUM ?? "/usr/bin/chromium";
const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

// launch starts Chromium. It believes the one server key that settings.spki names, and no other certificate of a test.
export async function launch() {
  return chromium.launch({
    executablePath,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", ...(settings.spki ? [`--ignore-certificate-errors-spki-list=${settings.spki}`] : [])],
  });
}

// open returns a page in a browser context of its own; failed requests to foreign hosts and policy violations end the script.
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.violations = [];
  page.on("console", (m) => {
    if (/Content Security Policy/i.test(m.text())) page.violations.push(m.text());
  });
  page.on("pageerror", (e) => page.violations.push(String(e)));
  return page;
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

// until waits until a function is true in the page. The debugger asks it each time, because the pages let no script be evaluated.
export async function until(page, what, condition, argument) {
  for (const end = Date.now() + 30_000; !(await page.evaluate(condition, argument)); await page.waitForTimeout(50)) {
    check(Date.now() < end, `it does not come true that ${what}`);
  }
}

// shot keeps a picture of all of a page, also of what scrolls inside it.
export async function shot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  const before = page.viewportSize();
  const hidden = await page.evaluate(() => Math.max(0, ...[...document.querySelectorAll("*")]
    .filter((e) => /auto|scroll/.test(getComputedStyle(e).overflowY)).map((e) => e.scrollHeight - e.clientHeight)));
  if (hidden > 0 && before !== null) await page.setViewportSize({ ...before, height: before.height + hidden });
  await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true, animations: "disabled" });
  if (hidden > 0 && before !== null) await page.setViewportSize(before);
}

// shotEach keeps four pictures of a page, wide and narrow, light and dark, and leaves its window as it was.
export async function shotEach(page, name) {
  if (!shots) return;
  const before = page.viewportSize();
  for (const [size, width, height] of [["wide", 1440, 900], ["narrow", 390, 844]]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await shot(page, `${name}.${size}-${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (before !== null) await page.setViewportSize(before);
}

// accessible runs axe (WCAG 2.2 A and AA) and fails with what it found. It works under a strict policy because it is
// evaluated by the debugger, not loaded by the page.
export async function accessible(page, name) {
  await page.evaluate(axe);
  // What still fades in has other contrasts. Spinners never rest.
  await until(page, `${name} is at rest`, () => document.getAnimations().every((a) => a.playState !== "running" || a.effect?.getComputedTiming().endTime === Infinity));
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  const lines = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
  check(lines.length === 0, `${name}: accessibility\n${lines.join("\n")}`);
}

// fits fails when the page is wider than the window.
export async function fits(page, name) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(over <= 0, `${name} is ${over} pixels wider than the window`);
}

// totp is the code of an authenticator app (RFC 6238, SHA-1, 30 s, six digits) at a time in milliseconds.
export function totp(secretBase32, at = Date.now()) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const c of secretBase32.replace(/[=\s]/g, "").toUpperCase()) bits += alphabet.indexOf(c).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1e6).padStart(6, "0");
}

// main runs the script, prints its result as JSON and sets the exit code.
export async function main(run) {
  const browser = await launch();
  try {
    const result = await run(browser);
    process.stdout.write(JSON.stringify(result ?? {}) + "\n");
  } catch (e) {
    const pages = browser.contexts().flatMap((c) => c.pages());
    for (const [i, p] of pages.entries()) {
      process.stderr.write(`page ${i}: ${p.url()}\n${(await p.innerText("body").catch(() => "")).slice(0, 1500)}\n`);
      await shot(p, `failed-${i}`).catch(() => {});
    }
    process.stderr.write(String(e.stack ?? e) + "\n");
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
