import type { Inactivity } from "../src/api/contract/account";
import type { Administrator, InvitationInput } from "../src/api/contract/administrators";
import type { FieldProblem } from "../src/api/contract/answer";
import type { ConnectionChange } from "../src/api/contract/connections";
import type { Detection, Domain, DomainState } from "../src/api/contract/directory";
import type { OfferingInput } from "../src/api/contract/library";
import type { ParameterFile } from "../src/api/contract/locations";
import type { BackupCodes, NewAuthenticator } from "../src/api/contract/profile";
import type { Pins } from "../src/api/contract/session";
import type { Trace } from "../src/api/contract/traces";
import type { WorkspaceAppearanceInput, WorkspaceConfigurationInput, WorkspaceSignIn } from "../src/api/contract/workspace";
import type { ConnectionDraft, ConnectionDraftChange } from "../src/api/contract/drafts";
import * as data from "./data";
import * as federation from "./federation";
import type { Scene } from "./scenes";

interface Request {
  scene: Scene;
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

type Reply = { status: number; body?: unknown } | "never";
type Route = [method: string, path: RegExp, reply: (id: string, request: Request) => Reply];

const ok = (body: unknown): Reply => ({ status: 200, body });
const gone: Reply = { status: 204 };
const all = (items: unknown[]): Reply => ok({ items, cursor: "" });
const one = <T extends { id: string }>(items: T[], id: string): Reply => {
  const found = items.find((item) => item.id === id);
  return found === undefined ? problem(404, "not_found", "There is no such object.") : ok(found);
};

function problem(status: number, code: string, detail: string, errors: FieldProblem[] = []): Reply {
  return { status, body: { type: "about:blank", title: detail, status, detail, code, hint: "Check the address, then try again.", transactionId: "txn_5d8wq2k7mn", errors } };
}

const invalid = (field: string, detail: string) => problem(400, "invalid_input", "Some of the input cannot be accepted.", [{ field, code: "invalid", detail }]);
const text = (body: unknown, name: string) => String((body as Record<string, unknown> | undefined)?.[name] ?? "");

let draft: ConnectionDraft = federation.draft;
let workspace = data.workspace;
let me = data.me;
let settings = data.settings;
let appearance = data.appearance;
let signIn: WorkspaceSignIn = { alwaysPrompt: true, inactivity: { enabled: true, minutes: 20 } };
let inactivity: Inactivity = { enabled: false, minutes: 60 };

function page<T>(items: T[], query: URLSearchParams): Reply {
  const start = Number(query.get("cursor") ?? "0");
  const end = start + Number(query.get("limit") ?? "50");
  return ok({ items: items.slice(start, end), cursor: end < items.length ? String(end) : "" });
}

function createLocation(_: string, { body }: Request): Reply {
  const name = text(body, "name").trim();
  if (name === "") return invalid("name", "Enter a name.");
  if (/[#$%^&?+[\]{}|<>/\\]/.test(name)) return invalid("name", "The name must not contain any of # $ % ^ & ? + [ ] { } | < > / \\. Leave them out.");
  if (data.locations.some((l) => l.name.toLowerCase() === name.toLowerCase())) return invalid("name", "Another resource location already has this name. Choose another.");
  const location = { id: `loc_${data.locations.length}`, name, createdAt: new Date().toISOString(), connectorCount: 0, connectedCount: 0, redundant: false, domains: [] };
  data.locations.push(location);
  return ok(location);
}

function changeDomain(name: string, change: Partial<Domain>): Reply {
  const domain = data.domains.find((x) => x.name === name);
  return domain === undefined ? problem(404, "not_found", "There is no such domain.") : ok(Object.assign(domain, change));
}

function changeOffering(_: string, { body }: Request): Reply {
  const input = body as OfferingInput;
  if (input.name === "") return invalid("name", "This is needed.");
  if (!input.address.startsWith("https://")) return invalid("address", "Enter an absolute address that begins with https:// and has no user name and no spaces.");
  return ok({ ...data.offerings[0], ...input });
}

function parameterFile(): Reply {
  const content = JSON.stringify({ customerName: "alpine4k7q", clientId: "cli_9x2", clientSecret: "shown-once", resourceLocationId: "loc_8f3kq2v7", acceptTermsOfService: "true" }, null, 2);
  return ok({
    fileName: "causeway-connector-head-office.json", content, command: "sudo causeway-connector install --parameters causeway-connector-head-office.json",
    channelKeyPins: ["sha256/4pQ0nH2kT9mJcV5wYx8bRzLdE1aGfU6sKiNqPo3vXtM="], servicePrincipal: { id: "cli_9x2", name: "Connector in Head office" },
  } satisfies ParameterFile);
}

function changeDraft(_: string, { body }: Request): Reply {
  const change = body as ConnectionDraftChange;
  const settings = { ...draft.settings, ...change.settings };
  draft = { ...draft, ...change, settings, serviceProvider: data.serviceProvider(settings.scopedEntityId) };
  return ok(draft);
}

function testDraft(): Reply {
  const errors = [
    { field: "nickname", missing: draft.nickname === "", detail: "Enter a nickname." },
    { field: "settings.idpEntityId", missing: draft.settings.idpEntityId === "", detail: "Enter the entity ID of the identity provider." },
    { field: "settings.ssoServiceUrl", missing: draft.settings.ssoServiceUrl === "", detail: "Enter an address that begins with https://." },
    { field: "settings.certificates", missing: draft.settings.certificates.length === 0, detail: "Upload the certificate with which the identity provider signs." },
  ].filter((e) => e.missing);
  if (errors.length > 0) return problem(400, "invalid_input", "Some of the input cannot be accepted.", errors.map(({ field, detail }) => ({ field, code: "missing", detail })));
  const test = { state: "waiting" as const, startedAt: new Date().toISOString(), transactionId: "txn_test", claims: [], failure: null };
  draft = { ...draft, test };
  setTimeout(() => {
    draft = { ...draft, test: { ...test, state: "passed", claims: data.claims } };
  }, 3_000);
  return ok({ url: "about:blank", testId: "tst_1" });
}

const routes: Route[] = [
  ["GET", /^\/v1\/me$/, () => ok(me)],
  ["POST", /^\/v1\/me\/sign-out$/, () => ok({ location: "/signed-in" })],
  ["POST", /^\/v1\/me\/customer$/, (_, { body }) => ok({ ...data.me, customer: data.customers.find((x) => x.id === text(body, "customerId")) ?? null })],
  ["PUT", /^\/v1\/me\/pins$/, (_, { body }) => {
    me = { ...me, pins: (body as Pins).pages };
    return ok(body);
  }],
  ["GET", /^\/v1\/me\/settings$/, () => ok(settings)],
  ["POST", /^\/v1\/me\/identity-check$/, (_, { body }) => {
    if (text(body, "code") !== "123456") return invalid("code", "This code is wrong or has been used before. Wait for the next one.");
    settings = { ...settings, identityCheckedUntil: new Date(Date.now() + 600_000).toISOString() };
    return ok({ identityCheckedUntil: settings.identityCheckedUntil });
  }],
  ["POST", /^\/v1\/me\/authenticator$/, () => ok({ key: "JBSW Y3DP EHPK 3PXP", qr: data.picture } satisfies NewAuthenticator)],
  ["POST", /^\/v1\/me\/backup-codes$/, () => ok({ codes: Array.from({ length: 10 }, (_, n) => `K7Q${n}-M2X${n}-9VT${n}`) } satisfies BackupCodes)],
  ["PUT", /^\/v1\/me\/password$/, () => invalid("current", "This is not your present password.")],
  ["POST", /^\/v1\/me\/[a-z/-]+$/, () => gone],
  ["PUT", /^\/v1\/me\/recovery-phone$/, () => gone],
  ["GET", /\/account$/, () => ok(data.account)],
  ["PATCH", /\/account$/, (_, { body }) => (text(body, "name") === "" ? invalid("name", "Enter a name.") : ok({ ...data.account, name: text(body, "name") }))],
  ["GET", /\/account\/inactivity$/, () => ok(inactivity)],
  ["PUT", /\/account\/inactivity$/, (_, { body }) => {
    inactivity = body as Inactivity;
    return ok(inactivity);
  }],
  ["GET", /\/notifications$/, () => all(data.notifications)],
  ["GET", /\/notifications\/count$/, () => ok({ count: data.notifications.length })],
  ["POST", /\/notifications\/([^/]+)\/dismiss$/, (id) => {
    data.notifications.splice(data.notifications.findIndex((x) => x.id === id), 1);
    return gone;
  }],
  ["POST", /\/notifications\/dismiss-all$/, () => {
    data.notifications.length = 0;
    return gone;
  }],
  ["GET", /\/access-requests$/, () => all(data.requests)],
  ["DELETE", /\/access-requests\/([^/]+)$/, () => {
    data.requests.length = 0;
    return gone;
  }],
  ["POST", /\/administrators\/invitations$/, (_, { body }) => {
    if (!text(body, "email").includes(".")) return invalid("email", "This is no e-mail address. Write it like name@example.com.");
    const found = data.administrators.find((x) => x.status === "inviteSent");
    const invited = { ...found, ...(body as InvitationInput), id: `inv_${Date.now()}` } as Administrator;
    data.administrators.push(invited);
    return ok(invited);
  }],
  ["POST", /\/administrators\/invitations\/([^/]+)\/resend$/, () => gone],
  ["DELETE", /\/administrators\/([^/]+)$/, () => problem(409, "last_administrator", "This is the last administrator with full access.")],
  ["GET", /\/systemlog\/event-types$/, () => all(data.records.slice(0, 6).map((x) => ({ name: x.eventType, eventType: x.eventType, label: x.eventMessage })))],
  ["GET", /\/systemlog\/records$/, (_, { query }) => page(data.records, query)],
  ["GET", /\/locations$/, () => all(data.locations)],
  ["POST", /\/locations$/, createLocation],
  ["GET", /\/locations\/([^/]+)\/connectors$/, (id) => all(data.connectors.filter((x) => x.locationId === id))],
  ["POST", /\/parameter-file$/, parameterFile],
  ["GET", /\/locations\/([^/]+)$/, (id) => one(data.locations, id)],
  ["PATCH", /\/locations\/([^/]+)$/, createLocation],
  ["DELETE", /\/locations\/([^/]+)$/, () => problem(409, "location_not_empty", "The resource location still has connectors.")],
  ["DELETE", /\/connectors\/([^/]+)$/, () => gone],
  ["GET", /\/administrators$/, () => all(federation.administrators)],
  ["GET", /\/administrators\/identity-options$/, () => ok({ items: federation.options, cursor: "", builtInFallback: false })],
  ["POST", /\/administrators\/directory$/, () => ok(federation.administrators.at(-1))],
  ["GET", /\/service-principals$/, () => all(data.principals)],
  ["POST", /\/service-principals$/, (_, { body }) =>
    text(body, "name") === "" ? invalid("name", "Enter a name.") : ok({ servicePrincipal: data.principals[0], secret: "cws_2Xk9vQ7mB4tR8nL1pD6w" })],
  ["POST", /\/service-principals\/([^/]+)\/approve$/, () => ok({ ...data.principals[0], owner: "Dana Admin", ownerState: "active" })],
  ["DELETE", /\/service-principals\/([^/]+)$/, () => gone],
  ["GET", /\/identity-providers$/, () => all(data.providers)],
  ["GET", /\/connections$/, () => all([data.connection])],
  ["POST", /\/connections\/([^/]+)\/clone$/, (_, { body }) => (text(body, "nickname") === "" ? invalid("nickname", "Enter a nickname.") : ok(draft))],
  ["PUT", /\/connections\/[^/]+\/certificates\/(\d)$/, () => invalid("pem", "The file holds no certificate. Upload a PEM, CRT or CER file.")],
  ["DELETE", /\/connections\/[^/]+\/certificates\/(\d)$/, () => problem(409, "certificate_last", "This is the last valid certificate.")],
  ["PUT", /\/metadata-source$/, () => ok(federation.connection)],
  ["POST", /\/metadata-source\/refresh$/, () => ok(federation.connection)],
  ["POST", /\/key-proposals\/([^/]+)\/(accept|reject|offer)$/, () => ok(federation.connection)],
  ["POST", /\/next-key-test$/, () => ok({ url: "about:blank" })],
  ["POST", /\/connections\/([^/]+)\/test$/, () => ok({ url: "about:blank", testId: "tst_1" })],
  ["GET", /\/connection-tests\/([^/]+)$/, () => ok(federation.test)],
  ["GET", /\/sign-in-urls\/([^/]+)$/, (id) => ok({ available: id !== "taken" })],
  ["GET", /\/identity-providers\/presets$/, () => all(federation.presets)],
  ["GET", /\/saml-rotation$/, (_, { scene }) => ok(scene === "empty" ? { plan: null, certificates: federation.rotation.certificates.slice(0, 1), connections: [] } : federation.rotation)],
  ["POST", /\/tools\/saml-certificates$/, (_, { body }) => (text(body, "url").startsWith("http:") ? invalid("url", "Enter an address that begins with https://.") : all([federation.extracted]))],
  ["POST", /\/tools\/saml-self-test$/, () => ok(federation.selfTest)],
  ["GET", /\/workspace\/custom-domain$/, () => ok(federation.customDomain)],
  ["PUT", /\/workspace\/custom-domain$/, () => invalid("host", "Enter a host name like workspaces.example.com.")],
  ["DELETE", /\/workspace\/custom-domain(\/saml)?$/, () => gone],
  ["POST", /\/workspace\/custom-domain\/check$/, () => all(federation.checks)],
  ["GET", /\/workspace\/custom-domain\/saml$/, () => ok(federation.customSaml)],
  ["GET", /\/workspace\/custom-domain\/saml\/service-provider$/, () => ok(federation.customServiceProvider)],
  ["PUT", /\/workspace\/custom-domain\/saml$/, (_, { body }) => (text(body, "idpEntityId") === "" ? invalid("idpEntityId", "Enter the entity ID of the second application.") : ok(federation.customSaml))],
  ["GET", /\/connections\/([^/]+)$/, (id) => one([federation.connection], id)],
  ["PATCH", /\/connections\/([^/]+)$/, (_, { body }) => ok({ ...data.connection, ...(body as ConnectionChange) })],
  ["DELETE", /\/connections\/([^/]+)$/, () => problem(409, "connection_in_use", "The workspace uses this connection.")],
  ["GET", /\/connection-drafts$/, () => all([draft])],
  ["POST", /\/connection-drafts$/, (_, { body }) =>
    /^[a-z0-9-]+$/.test(text(body, "signInUrlId")) ? ok(draft) : invalid("signInUrlId", "Use lower-case letters, digits and hyphens only.")],
  ["GET", /\/connection-drafts\/([^/]+)$/, () => ok(draft)],
  ["PATCH", /\/connection-drafts\/([^/]+)$/, changeDraft],
  ["DELETE", /\/connection-drafts\/([^/]+)$/, () => gone],
  ["POST", /\/metadata$/, () => ok({ settings: data.filled, warnings: ["The metadata is not signed."] })],
  ["POST", /\/certificates$/, () => ok(data.certificate)],
  ["POST", /\/test$/, testDraft],
  ["POST", /\/finish$/, () => ok(data.connection)],
  ["GET", /\/frontend-kinds$/, () => all(data.kinds)],
  ["GET", /\/connector-software$/, () => all(data.builds)],
  ["GET", /\/directory\/domains$/, () => all(data.domains)],
  ["PUT", /\/directory\/domains\/([^/]+)\/state$/, (name, { body }) => changeDomain(name, { status: (body as DomainState).enabled ? "enabled" : "disabled" })],
  ["PUT", /\/directory\/domains\/([^/]+)\/primary-location$/, (name, { body }) =>
    changeDomain(name, { primaryLocation: data.domains.find((x) => x.name === name)?.locations.find((x) => x.id === text(body, "locationId")) ?? null })],
  ["DELETE", /\/directory\/domains\/([^/]+)\/primary-location$/, (name) => changeDomain(name, { primaryLocation: null })],
  ["GET", /\/directory\/search$/, () => ok(data.found)],
  ["POST", /\/directory\/detect$/, () =>
    ok({ status: "enabled", connectors: data.connectors, forests: [{ name: "corp.alpine.example", domains: [], upnSuffixes: [], locations: [], connectors: 3, connected: 3, warning: "" }], missing: [{ code: "one_connector", forest: "zrh.alpine.example", text: data.domains[2]?.warning ?? "" }] } satisfies Detection)],
  ["GET", /\/offerings$/, () => all(data.offerings)],
  ["POST", /\/offerings$/, changeOffering],
  ["GET", /\/offerings\/([^/]+)$/, (id) => one(data.offerings, id)],
  ["PATCH", /\/offerings\/([^/]+)$/, changeOffering],
  ["DELETE", /\/offerings\/([^/]+)$/, () => gone],
  ["GET", /\/assignments$/, () => all(data.assignments)],
  ["POST", /\/assignments$/, (_, { body }) =>
    text(body, "sid").endsWith("1302") ? problem(400, "assignee_builtin", "This group cannot have an offering.") : ok(data.assignments[0])],
  ["DELETE", /\/assignments\/([^/]+)$/, () => gone],
  ["GET", /\/workspace\/sign-in$/, () => ok(signIn)],
  ["PUT", /\/workspace\/sign-in$/, (_, { body }) => {
    signIn = body as WorkspaceSignIn;
    return ok(signIn);
  }],
  ["GET", /\/workspace\/appearance$/, () => ok(appearance)],
  ["PUT", /\/workspace\/appearance$/, (_, { body }) => {
    const wanted = body as WorkspaceAppearanceInput;
    if (wanted.primaryColor === "#ffff00") return invalid("primaryColor", "This colour is too light to be read on white: its contrast is 1.0 to 1, and 4.5 to 1 is needed. Choose a darker one.");
    appearance = { ...appearance, ...wanted };
    return ok(appearance);
  }],
  ["GET", /\/workspace\/configuration$/, () => ok(workspace)],
  ["PUT", /\/workspace\/configuration$/, (_, { body }) => {
    workspace = { ...workspace, ...(body as WorkspaceConfigurationInput) };
    return ok(workspace);
  }],
  ["GET", /\/signin-traces$/, (_, { query }) =>
    all(data.traces.filter((x) => [x.transactionId, null, ""].includes(query.get("transactionId")) && [x.outcome, null].includes(query.get("outcome") as Trace["outcome"] | null)
      && [x.kind, null].includes(query.get("kind") as Trace["kind"] | null)))],
  ["GET", /\/signin-traces\/([^/]+)$/, (id) => one(data.traces, id)],
];

/** What the server takes only with a fresh proof of who is there. */
const guarded: [string, RegExp][] = [
  ["POST", /\/connection-drafts\/[^/]+\/finish$/],
  ["PUT", /\/connections\/[^/]+\/(certificates\/\d+|metadata-source)$/],
  ["POST", /\/key-proposals\/[^/]+\/accept$/],
  ["POST", /\/administrators\/directory$/],
];

function unproved({ method, path, body }: Request): boolean {
  const takesProof =
    guarded.some(([verb, form]) => verb === method && form.test(path)) ||
    (method === "PATCH" && /\/connections\/[^/]+$/.test(path) && text(body, "signInUrlId") !== "") ||
    (method === "POST" && path.endsWith("/service-principals") && text(body, "access") === "full");
  return takesProof && (settings.identityCheckedUntil === null || Date.parse(settings.identityCheckedUntil) <= Date.now());
}

/** Answers a request as the scene wants it. */
export function answer(request: Request): Reply {
  const who = request.path.startsWith("/v1/");
  switch (request.scene) {
    case "signedout":
      return problem(401, "not_signed_in", "You are not signed in.");
    case "loading":
      if (!who) return "never";
      break;
    case "failed":
      if (!who) return problem(503, "database_unavailable", "The database cannot be reached.");
      break;
    case "denied":
      if (!who) return problem(403, "permission_needed", "Your access does not include this.");
      return ok({ ...data.me, rights: { full: false, permissions: [] } });
    case "empty":
      if (request.path.endsWith("/notifications/count")) return ok({ count: 0 });
      if (request.path === "/v1/me/settings") return ok({ ...settings, recovery: { phone: "", email: "", backupCodes: { total: 0, used: 0 } } });
      if (request.path === "/v1/me") return ok({ ...me, updateRecovery: true, pins: [], customers: data.customers.slice(0, 1) });
      if (request.path.endsWith("/configuration")) return ok({ ...workspace, customHost: "", formerNames: [], authentication: { method: "none", connectionId: "" } });
      if (!who && request.method === "GET" && !request.path.endsWith("/identity-providers") && !request.path.endsWith("/administrators")) {
        if (/\/(records|locations|connectors|connections|connection-drafts|service-principals|domains|signin-traces|notifications|access-requests|offerings|assignments|connector-software)$/.test(request.path)) return all([]);
      }
      break;
    case "ready":
  }
  if (unproved(request)) return problem(403, "identity_check_needed", "Prove that it is you before you change this.");
  for (const [method, path, reply] of routes) {
    const match = path.exec(request.path);
    if (match && method === request.method) return reply(match[1] ?? "", request);
  }
  return problem(404, "not_found", `The mock does not know ${request.method} ${request.path}.`);
}
