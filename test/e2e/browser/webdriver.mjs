// Drives the browsers that playwright-core does not reach, by the commands of W3C WebDriver. Chromium and WebKitGTK have a
// driver that takes them over HTTP; Firefox takes the same commands itself, over the socket that geckodriver would use
// (Marionette). Chromium stands for Chrome and Edge, WebKitGTK for Safari.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";

const shots = process.env.E2E_SHOTS ?? "";
const patience = 30_000; // ms that anything may take
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const elementKey = "element-6066-11e4-a52e-4f735466cecf"; // W3C WebDriver, 12

// eventually repeats an attempt until it gives something, and fails with the last reason.
async function eventually(what, attempt) {
  let reason = "it is not there";
  for (const end = Date.now() + patience; Date.now() < end; await pause(50)) {
    try {
      const result = await attempt();
      if (result) return result;
    } catch (e) {
      reason = e.message;
    }
  }
  throw new Error(`${what}: ${reason}`);
}

// Command of a session: its name in Marionette, its method and path over HTTP. An element's ID stands in the path there.
const commands = {
  navigate: ["WebDriver:Navigate", "POST", () => "/url"],
  execute: ["WebDriver:ExecuteScript", "POST", () => "/execute/sync"],
  click: ["WebDriver:ElementClick", "POST", ({ id }) => `/element/${id}/click`],
  type: ["WebDriver:ElementSendKeys", "POST", ({ id }) => `/element/${id}/value`],
  resize: ["WebDriver:SetWindowRect", "POST", () => "/window/rect"],
  picture: ["WebDriver:TakeScreenshot", "GET", () => "/screenshot"],
};

// child starts a process that ends with this one.
function child(command, args, options) {
  const process_ = spawn(command, args, { stdio: "ignore", ...options });
  process_.on("error", (e) => console.error(`${command}: ${e.message}`));
  process.on("exit", () => process_.kill("SIGKILL"));
  return process_;
}

// freePort is below the ports that systems give to outgoing connections, one of which could take it before the driver does.
async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const free = await new Promise((resolve) => server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true)));
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

// overHTTP starts a driver and a browser of it.
async function overHTTP(driver, env, capabilities) {
  const port = await freePort();
  child(driver, [`--port=${port}`], { env: { ...process.env, ...env } });
  const ask = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: method === "POST" ? JSON.stringify(body) : undefined });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  await eventually(driver, () => ask("GET", "/status"));
  const { sessionId, capabilities: got } = await ask("POST", "/session", { capabilities: { alwaysMatch: { acceptInsecureCerts: true, ...capabilities } } });
  const session = `/session/${sessionId}`;
  return {
    version: `${got.browserName} ${got.browserVersion}`,
    ask: (method, path, body) => ask(method, session + path, body),
    command: (name, parameters) => ask(commands[name][1], session + commands[name][2](parameters), parameters),
    close: () => ask("DELETE", session),
  };
}

async function chromium() {
  const browser = await overHTTP("chromedriver", {}, {
    "goog:chromeOptions": { binary: process.env.E2E_CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"] },
    "goog:loggingPrefs": { browser: "WARNING" },
  });
  // An answer that refuses is no defect: the console asks who is signed in.
  const log = async () => (await browser.ask("POST", "/se/log", { type: "browser" })).filter(({ source }) => source !== "network").map(({ message }) => message);
  return { ...browser, log };
}

// webkit needs a display. Its console is not to be had from outside, because it is silent in the sessions that a driver opens.
async function webkit() {
  const screen = child("Xvfb", ["-displayfd", "3", "-screen", "0", "1440x900x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const display = await new Promise((resolve) => screen.stdio[3].once("data", (number) => resolve(`:${String(number).trim()}`)));
  const browser = await overHTTP("WebKitWebDriver", { DISPLAY: display, GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1" }, {
    "webkitgtk:browserOptions": { binary: `/usr/lib/${multiarch()}/webkit2gtk-4.1/MiniBrowser`, args: ["--automation"] },
  });
  return { ...browser, log: async () => [] };
}

// multiarch is Debian's name for this machine's kind, which is part of paths.
const multiarch = () => `${{ x64: "x86_64", arm64: "aarch64" }[process.arch]}-linux-gnu`;

async function firefox() {
  const profile = mkdtempSync(`${tmpdir()}/firefox-`);
  const preferences = { "marionette.port": 0, "app.normandy.enabled": false, "nimbus.rollouts.enabled": false, "services.settings.server": "data:,nowhere" };
  writeFileSync(`${profile}/user.js`, Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`).join(""));
  const program = child("firefox-esr", ["--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile", profile]);
  const port = await eventually("firefox-esr", () => Number(readFileSync(`${profile}/MarionetteActivePort`, "utf8")));
  const send = await marionette(port);
  const { capabilities: got } = await send("WebDriver:NewSession", { acceptInsecureCerts: true });
  const log = async () => {
    await send("Marionette:SetContext", { value: "chrome" });
    const script = `return Services.console.getMessageArray().filter((m) => m instanceof Ci.nsIScriptError && !(m.flags & m.warningFlag)
      && /^https?:/.test(m.sourceName)).map((m) => m.sourceName + ": " + m.errorMessage)`;
    const { value } = await send("WebDriver:ExecuteScript", { script, args: [] });
    await send("Marionette:SetContext", { value: "content" });
    return value;
  };
  return {
    version: `${got.browserName} ${got.browserVersion}`,
    command: async (name, parameters) => {
      const answer = await send(commands[name][0], parameters);
      return "value" in answer ? answer.value : answer;
    },
    log,
    close: async () => {
      const ended = new Promise((resolve) => program.once("exit", resolve));
      await Promise.race([send("Marionette:Quit", { flags: ["eForceQuit"] }).catch(() => {}), ended]); // the answer may be lost
      await ended;
      rmSync(profile, { recursive: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

// marionette connects to Firefox: each message is its length in bytes, a colon and JSON; [0, id, name, parameters] is
// answered by [1, id, error, result].
async function marionette(port) {
  const socket = connect(port, "127.0.0.1");
  const waiting = new Map();
  let rest = Buffer.alloc(0);
  socket.on("data", (more) => {
    rest = Buffer.concat([rest, more]);
    for (;;) {
      const colon = rest.indexOf(":");
      const end = colon + 1 + Number(rest.subarray(0, colon));
      if (colon < 0 || rest.length < end) return;
      const message = JSON.parse(rest.subarray(colon + 1, end));
      rest = rest.subarray(end);
      if (!Array.isArray(message)) continue; // the greeting
      const [, id, error, result] = message;
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (error) reject(new Error(`${error.error}: ${error.message}`));
      else resolve(result);
    }
  });
  const lost = () => waiting.forEach(({ reject }) => reject(new Error("Firefox has ended")));
  socket.on("error", lost).on("close", lost);
  let last = 0;
  return (name, parameters) => new Promise((resolve, reject) => {
    waiting.set(++last, { resolve, reject });
    const text = JSON.stringify([0, last, name, parameters]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
  });
}

export const engines = { chromium, firefox, webkit };

// Runs in the page: the first element of a role with a name that a person can see and reach.
const finder = `
  const [role, pattern] = arguments;
  const kinds = { button: "button", link: "a[href]", heading: "h1, h2", field: "input, textarea", menuitem: "[role=menuitem]", summary: "summary" };
  const nameOf = (el) => el.getAttribute("aria-label") || [...(el.labels ?? [])].map((l) => l.textContent).join(" ") || el.innerText;
  const name = new RegExp(pattern);
  return [...document.querySelectorAll(kinds[role])].find((el) => el.checkVisibility() && !el.closest("[aria-hidden=true], [inert]")
    && name.test(nameOf(el).replace(/\\s+/g, " ").trim())) ?? null`;

// Runs in the page, once in each document: keeps what goes wrong in it from now on. The console is one document for all of
// its pages.
const watcher = `
  if (window.e2eProblems) return;
  const problems = (window.e2eProblems = []);
  addEventListener("error", (e) => problems.push(e.message));
  addEventListener("unhandledrejection", (e) => problems.push("unhandled: " + e.reason));
  const error = console.error;
  console.error = (...all) => { problems.push(all.join(" ")); error(...all); };
  addEventListener("securitypolicyviolation", (e) => problems.push("policy: " + e.violatedDirective + " " + e.blockedURI));`;

const pattern = (name) => (name instanceof RegExp ? name.source : `^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);

// Page is the one window of a browser, as a person uses it: by what things are and are called.
export class Page {
  #browser;
  constructor(browser) {
    this.#browser = browser;
  }
  async goto(url) {
    await this.#browser.command("navigate", { url });
  }
  // evaluate runs a function's body in the page.
  evaluate(script, ...args) {
    return this.#browser.command("execute", { script, args });
  }
  async #find(role, name) {
    const element = await this.evaluate(`(() => {${watcher}})();${finder}`, role, pattern(name));
    return element?.[elementKey];
  }
  // see waits until something is shown.
  see(role, name) {
    return eventually(`${role} ${name}`, () => this.#find(role, name));
  }
  // click is the browser's own: it fails while something lies over the element. What still moves is waited for, as a menu
  // that has not found its place.
  click(role, name) {
    let before = "";
    return eventually(`click ${role} ${name}`, async () => {
      const id = await this.#find(role, name);
      const place = id && (await this.evaluate("const { x, y } = arguments[0].getBoundingClientRect(); return `${x}, ${y}`", { [elementKey]: id }));
      const rests = id && place === before;
      before = place;
      if (rests) await this.#browser.command("click", { id });
      return rests;
    });
  }
  type(name, text) {
    return eventually(`type ${name}`, async () => {
      const id = await this.#find("field", name);
      if (id) await this.#browser.command("type", { id, text });
      return id;
    });
  }
  // until waits until a function's body is true in the page.
  until(what, script) {
    return eventually(what, () => this.evaluate(script));
  }
  async shot(name) {
    if (!shots) return;
    mkdirSync(shots, { recursive: true });
    writeFileSync(`${shots}/${name}.png`, Buffer.from(await this.#browser.command("picture", { full: false }), "base64"));
  }
  // problems are what the browser's console and the page have against what was shown.
  async problems() {
    return [...(await this.#browser.log()), ...((await this.evaluate("return window.e2eProblems ?? []")) ?? [])];
  }
}

// drive opens a browser, runs the script in it, prints its result as JSON and sets the exit code.
export async function drive(engine, run) {
  const browser = await engines[engine]();
  const page = new Page(browser);
  try {
    await browser.command("resize", { width: 1440, height: 900 });
    const result = await run(page);
    process.stdout.write(JSON.stringify({ browser: browser.version, ...result }) + "\n");
  } catch (e) {
    const state = await page.evaluate("return location.href + '\\n' + document.body.innerText.slice(0, 1500)").catch(() => "");
    process.stderr.write(`${browser.version} at ${state}\n${await page.problems().catch(() => "")}\n${e.stack ?? e}\n`);
    await page.shot("failed").catch(() => {});
    process.exitCode = 1;
  } finally {
    await browser.close().catch(() => {});
  }
  process.exit(); // the drivers end with this process
}
