// An administrator makes a group of the second forest an administrator. A person who is in it only through two other groups opens
// the console through the sign-in URL. Taken out in the directory, the person is signed out within a minute, open page and
// stream included; put back and signed in again, the person is out as soon as the group is deleted from the list.
import { accessible, check, main, open, settings, shotEach } from "./browser.mjs";
import { refusal, signInAtIdP } from "./workspace.mjs";

const { console: consoleUrl, state, customerId, identifier, group, domain, member, stranger, password, membership } = settings;
const goUrl = `${consoleUrl}/go/${identifier}`;
const limitSeconds = 60;

// call asks the API of the console with the session of the page.
async function call(page, method, path, body) {
  return page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(`/api${path}`, { method, headers: { "Content-Type": "application/json", "X-Background": "1" }, body: body && JSON.stringify(body) });
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
    },
    [method, path, body],
  );
}

// arrive signs a person in through the sign-in URL. A browser that was never at this console asks first.
async function arrive(browser, person, address) {
  const page = await open(browser);
  await page.goto(address);
  await signInAtIdP(page, person.login, password);
  await page.getByRole("heading", { name: "Do you want to sign in here?" }).waitFor();
  check(await page.locator("dd", { hasText: customerId }).isVisible(), "the page does not name the customer");
  await accessible(page, "arrival");
  await shotEach(page, "0-arrival");
  await page.getByRole("button", { name: /^Go on to / }).click();
  return page;
}

// proveAndInvite invites with full access, which takes a fresh proof: the provider asks again, in a tab of its own, and the invitation goes
// on by itself.
async function proveAndInvite(page) {
  const email = "gus@alpine.example";
  await page.getByRole("button", { name: "Add administrator/group" }).or(page.getByRole("link", { name: "Add administrator/group" })).first().click();
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("radio", { name: "Full access" }).check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Send invitation" }).click();
  const proof = page.getByRole("dialog", { name: "Prove who you are" });
  await proof.getByRole("link", { name: "Sign in in a new tab" }).waitFor();
  await accessible(page, "proof");
  await shotEach(page, "1a-proof");
  const opened = page.context().waitForEvent("page");
  await proof.getByRole("link", { name: "Sign in in a new tab" }).click();
  const tab = await opened;
  const closed = tab.waitForEvent("close"); // it has done its work
  await signInAtIdP(tab, member.login, password);
  await closed;
  await proof.waitFor({ state: "detached" });
  await page.getByRole("row").filter({ hasText: email }).getByText("Invite Sent").waitFor();
  await shotEach(page, "1b-invited");
}

// secondsUntil waits until what is asked is so, and tells how long that took.
async function secondsUntil(ask) {
  const begun = Date.now();
  while (!(await ask())) {
    check(Date.now() - begun < limitSeconds * 1000, `not within ${limitSeconds} seconds`);
    await new Promise((done) => setTimeout(done, 500));
  }
  return (Date.now() - begun) / 1000;
}

await main(async (browser) => {
  const admin = await open(browser, { storageState: state });
  await admin.goto(`${consoleUrl}/identity/administrators`);
  const added = await call(admin, "POST", `/${customerId}/v1/administrators/directory`, { kind: "group", sid: group.sid, domain, access: "full" });
  check(added.status === 201 && added.body.type === "adGroup", JSON.stringify(added));

  const page = await arrive(browser, member, `${goUrl}?return=/identity/administrators`);
  await page.waitForURL(`${consoleUrl}/identity/administrators`);
  await page.getByRole("heading", { name: "Administrators" }).first().waitFor();
  const me = await call(page, "GET", "/v1/me");
  check(me.body.login.id === `adm:${member.sid}@${domain}`, JSON.stringify(me.body));
  check(me.body.rights.full && me.body.customers.length === 1 && me.body.identityProvider.type === "ad", JSON.stringify(me.body));
  await shotEach(page, "1-console");
  await proveAndInvite(page);

  const foreigner = await arrive(browser, stranger, goUrl);
  const refused = await refusal(foreigner);
  check(refused.text.includes("You are not an administrator here"), refused.text);
  await accessible(foreigner, "refused administrator");
  await shotEach(foreigner, "2-refused");

  await page.evaluate(
    (path) =>
      new Promise((opened) => {
        const stream = new EventSource(path);
        stream.onopen = opened;
        window.streamEnded = new Promise((done) => {
          stream.addEventListener("end", (event) => {
            stream.close();
            done(JSON.parse(event.data).reason);
          });
        });
      }).then(() => undefined),
    `/api/${customerId}/v1/events`,
  );
  const ended = page.evaluate(() => window.streamEnded);
  const switched = async (inside) => {
    const changed = await fetch(`${membership}?in=${inside}`, { method: "PUT" });
    check(changed.ok, await changed.text());
  };
  await switched("no");
  const removal = await secondsUntil(async () => (await call(page, "GET", "/v1/me")).status === 401);
  const begun = Date.now();
  const reason = await Promise.race([ended, new Promise((done) => setTimeout(() => done("still open"), limitSeconds * 1000))]);
  const stream = removal + (Date.now() - begun) / 1000;
  check(reason === "session_ended" && stream < limitSeconds, `the stream ended after ${stream} s: ${reason}`);

  const asked = page.getByRole("dialog", { name: "Your session has ended" });
  const way = await asked.getByRole("link", { name: "Sign in in a new tab" }).getAttribute("href");
  check(way.startsWith(`/go/${identifier}?`), `a session that ended is to be renewed at ${way}`);

  await switched("yes");
  const again = await arrive(browser, member, goUrl);
  await again.waitForURL((url) => url.href.startsWith(consoleUrl) && !url.pathname.startsWith("/go/"));
  check((await call(again, "GET", "/v1/me")).status === 200, "not signed in again");
  const deleted = await call(admin, "DELETE", `/${customerId}/v1/administrators/${added.body.id}`);
  check(deleted.status === 204, JSON.stringify(deleted));
  check((await call(again, "GET", "/v1/me")).status === 401, "the deleted group still lets somebody in");
  check(page.violations.length === 0, page.violations.join("\n"));
  return { removal, stream };
});
