import type { Account } from "../src/api/contract/account";
import type { AccessRequest, Administrator } from "../src/api/contract/administrators";
import type { NameRef } from "../src/api/contract/answer";
import type { Connection, ConnectionSummary, IdentityProvider } from "../src/api/contract/connections";
import type { DirectoryFound, Domain } from "../src/api/contract/directory";
import type { ConnectionDraft, FrontendKind, TestClaim } from "../src/api/contract/drafts";
import type { Assignment, Offering } from "../src/api/contract/library";
import type { Connector, ConnectorBuild, Location } from "../src/api/contract/locations";
import type { Notification } from "../src/api/contract/notifications";
import type { ServicePrincipal } from "../src/api/contract/principals";
import type { MySettings } from "../src/api/contract/profile";
import type { IdpCertificate, SamlSettings, ServiceProvider } from "../src/api/contract/saml";
import type { CustomerRef, Me } from "../src/api/contract/session";
import type { LogRecord } from "../src/api/contract/systemlog";
import type { Trace } from "../src/api/contract/traces";
import type { WorkspaceAppearance, WorkspaceConfiguration } from "../src/api/contract/workspace";

const minute = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * minute).toISOString();
const ahead = (days: number) => new Date(Date.now() + days * 1_440 * minute).toISOString();

export const customers: CustomerRef[] = [
  { id: "alpine4k7q", name: "Alpine Instruments", orgId: "50012345", region: "eu" },
  { id: "harbour9x2m", name: "Harbour Logistics Holding International", orgId: "50012346", region: "eu" },
];

export const me: Me = {
  identityProvider: { type: "citrix", connectionId: "", name: "Causeway Identity", signInPath: "/signin" },
  login: { id: "login_admin", name: "Dana Admin", email: "dana@alpine.example" },
  customer: customers[0] ?? null,
  customers,
  rights: { full: true, permissions: [] },
  session: { signedInAt: ago(40), expiresAt: ahead(2.9), inactivityMinutes: 0, inactiveAt: null },
  links: { api: "https://api.causeway.localhost", connector: "https://connector.causeway.localhost", saml: "https://saml.causeway.localhost", status: "", documentation: "https://console.causeway.localhost/docs" },
  pins: ["/system-log"], updateRecovery: false, supportUrl: "https://support.example/alpine",
};

export const settings: MySettings = {
  userName: "dana", email: "dana@alpine.example", authenticator: { enrolledAt: ago(80_000) },
  recovery: { phone: "+41 ••• •• 18 00", email: "d•••@mail.example", backupCodes: { total: 10, used: 3 } }, identityCheckedUntil: null,
};

export const account: Account = { customerId: "alpine4k7q", orgId: "50012345", name: "Alpine Instruments", region: "European Union", createdAt: ago(200_000) };

export const notifications: Notification[] = [
  { id: "ntf_1", at: ago(3), severity: "critical", title: "The System Log has been changed outside of the product", text: "Record 4,711 does not fit the one before it. Compare the log with your last export.", link: "/system-log", dismissed: false },
  { id: "ntf_2", at: ago(47), severity: "warning", title: "A copy of west-b.west.alpine.example was refused", text: "Two machines use the same identity. Remove the copy, or install it anew.", link: "/locations/loc_7c1pd5ns", dismissed: false },
  { id: "ntf_3", at: ago(1_500), severity: "information", title: "Robin Operator is an administrator now", text: "The invitation was accepted.", link: "/identity/administrators", dismissed: false },
];

export const requests: AccessRequest[] = [{ id: "req_1", name: "Lou Park", email: "lou@alpine.example", requestedAt: ago(200) }];

export const picture = "data:image/svg+xml;utf8," + encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 21 21"><path fill="#000" d="M0 0h7v7H0zM14 0h7v7h-7zM0 14h7v7H0zM9 2h2v2H9zM9 9h3v3H9zM14 10h2v4h-2zM10 15h4v2h-4zM17 16h3v3h-3z"/></svg>`);

export const locations: Location[] = [
  { id: "loc_8f3kq2v7", name: "Head office", createdAt: ago(90_000), connectorCount: 2, connectedCount: 2, redundant: true, domains: ["corp.alpine.example", "lab.alpine.example"] },
  { id: "loc_2m9xw4rt", name: "Branch Zürich", createdAt: ago(50_000), connectorCount: 1, connectedCount: 1, redundant: false, domains: ["zrh.alpine.example"] },
  { id: "loc_7c1pd5ns", name: "Cloud west", createdAt: ago(9_000), connectorCount: 2, connectedCount: 0, redundant: true, domains: ["west.alpine.example"] },
  { id: "loc_5h6jb3lz", name: "Restricted network", createdAt: ago(300), connectorCount: 0, connectedCount: 0, redundant: false, domains: [] },
];

export const connectors: Connector[] = [
  connector("conn_1", "loc_8f3kq2v7", "connector1.corp.alpine.example", "connected", 0.1),
  connector("conn_2", "loc_8f3kq2v7", "connector2.corp.alpine.example", "connected", 0.3),
  connector("conn_3", "loc_2m9xw4rt", "zrh-connector.zrh.alpine.example", "connected", 0.2),
  connector("conn_4", "loc_7c1pd5ns", "west-a.west.alpine.example", "disconnected", 47),
  { ...connector("conn_5", "loc_7c1pd5ns", "west-b.west.alpine.example", "error", 4_000), problem: "A copy of this connector tried to connect.", problemCode: "facts_changed" },
];

function connector(id: string, locationId: string, name: string, contactState: Connector["contactState"], minutes: number): Connector {
  const domain = name.slice(name.indexOf(".") + 1);
  return {
    id, locationId, name, type: "cloud_connector", contactState, problem: "", problemCode: "", version: "0.1.0", domain, forest: domain,
    os: "Debian 12", registeredAt: ago(20_000), registeredBy: "Dana Admin", lastContactAt: ago(minutes),
  };
}

const events: [type: string, message: string, target: string, kind: string][] = [
  ["platform/resource/location/create", "Resource Location created", "Restricted network", "resourcelocation"],
  ["platform/administrator/update", "Administrator access type updated, from 'Full' to 'Custom'", "Robin Operator", "administrator"],
  ["platform/serviceprincipal/create", "Service principal created", "Backup collector", "principal"],
  ["platform/serviceprincipal/delete", "Failed to delete service principal", "Old collector", "principal"],
  ["platform/identity/provider/saml/connected", "SAML connection created", "Alpine SSO", "identityprovider"],
  ["connectors/edgeserver/register", "Connector registered", "connector1.corp.alpine.example", "connector"],
];

export const records: LogRecord[] = Array.from({ length: 130 }, (_, index) => {
  const [eventType, eventMessage, target, kind] = events[index % events.length] ?? ["", "", "", ""];
  const failed = eventMessage.startsWith("Failed");
  const system = index % 5 === 4;
  return {
    recordId: `rec_${String(index).padStart(4, "0")}`, seq: 130 - index, utcTimestamp: ago(index * 137), customerId: "alpine4k7q",
    eventType, outcome: failed ? "failed" : "success", reason: failed ? "not_found" : "", eventMessage,
    targetId: `tgt_${index}`, targetDisplayName: target, targetEmail: "", targetUserId: "", targetType: kind,
    beforeChanges: eventType.endsWith("update") ? { accessType: "Full", permissions: "full" } : null,
    afterChanges: failed ? null : { name: target, accessType: "Custom", permissions: "resource_locations,system_log" },
    agentId: "platform", actorId: system ? "system" : "login_admin", actorDisplayName: system ? "CwcSystem" : "Dana Admin",
    actorType: system ? "system" : "administrator", actorAddress: system ? "" : "192.0.2.17", transactionId: `txn_${index}k3vq8`,
  };
});

export const certificate: IdpCertificate = {
  fileName: "idp-signing.crt", pem: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", subject: "CN=idp.partner.example",
  notBefore: ago(200_000), notAfter: ahead(200), fingerprint: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", slot: 1, commonName: "idp.partner.example", state: "ok", message: "",
};

export const defaults: SamlSettings = {
  scopedEntityId: false, idpEntityId: "", signAuthnRequest: true, ssoServiceUrl: "", ssoBinding: "post", responseSigning: "either",
  certificates: [], authnContext: "unspecified", authnContextComparison: "exact", logoutUrl: "", sloBinding: "post", signLogoutRequest: true,
  attributeNames: { displayName: "displayName", givenName: "firstName", familyName: "lastName", sid: "cip_sid", upn: "cip_upn", email: "cip_email", oid: "cip_oid", forest: "cip_forest", domain: "cip_domain" },
  requireMappedClaims: false, metadataUrl: "", metadataRefresh: false, acceptEncrypted: false, allowCbc: false,
};

export const filled: Partial<SamlSettings> = {
  idpEntityId: "https://idp.partner.example/metadata", ssoServiceUrl: "https://idp.partner.example/sso", certificates: [certificate],
  logoutUrl: "https://idp.partner.example/slo",
};

export function serviceProvider(scoped: boolean): ServiceProvider {
  const base = "https://saml.causeway.localhost";
  const entityId = scoped ? `${base}/67338f11-4996-4980-8339-535f76d0c8fb` : base;
  return { entityId, acsUrl: `${base}/saml/acs`, logoutUrl: `${base}/saml/logout/callback`, metadataUrl: `${base}/saml/metadata.xml` };
}

export const connection: Connection = {
  id: "idp_4t8vw2", type: "saml", nickname: "Alpine SSO", signInUrlId: "alpine", signInUrl: "https://console.causeway.localhost/go/alpine",
  status: "connected", usedByWorkspace: true, createdAt: ago(4_000), createdBy: "Dana Admin",
  settings: { ...defaults, ...filled }, serviceProvider: serviceProvider(false), standardAcsUrl: serviceProvider(false).acsUrl, adminCapable: true, sendNameIdPolicy: false, affected: { answer: "probablyNot", reasons: [] },
  secondCertificate: true, warnings: [], keyProposals: [], metadata: { url: "", refresh: false, lastReadAt: null, lastFailure: null, differences: [] }, customDomain: null,
};

export const draft: ConnectionDraft = {
  id: "draft_1", type: "saml", signInUrlId: "alpine-guests", signInUrl: "https://console.causeway.localhost/go/alpine-guests", nickname: "",
  settings: defaults, serviceProvider: serviceProvider(false),
  test: { state: "none", startedAt: null, transactionId: "", claims: [], failure: null }, expiresAt: ahead(0.9), clonedFrom: "", warnings: [],
};

export const claims: TestClaim[] = [
  { name: "upn", value: "noor@corp.alpine.example", source: "assertion" },
  { name: "displayName", value: "Noor Subscriber", source: "assertion" },
  { name: "sid", value: "S-1-5-21-1004336348-1177238915-682003330-1105", source: "connector" },
  { name: "oid", value: "12345678-9abc-def0-1122-334455667788", source: "connector" },
  { name: "email", value: "", source: "none" },
];

const present = { type: "user", identityProvider: "citrix", you: false, invitedAt: null, invitedBy: "", expiresAt: null, createdAt: ago(90_000), domain: "", sid: "", sameAs: "" } as const;

export const administrators: Administrator[] = [
  { ...present, id: "adm_1", displayName: "Dana Admin", email: "dana@alpine.example", status: "active", access: "full", permissions: [], you: true },
  { ...present, id: "adm_2", displayName: "Robin Operator", email: "robin@alpine.example", status: "active", access: "custom", permissions: ["system_log", "resource_locations"] },
  { ...present, id: "inv_1", displayName: "", email: "sam@alpine.example", status: "inviteSent", access: "full", permissions: [], invitedAt: ago(900), invitedBy: "Dana Admin", expiresAt: ahead(4.4) },
  { ...present, id: "inv_2", displayName: "", email: "jo@alpine.example", status: "expired", access: "custom", permissions: ["workspace_configuration"], invitedAt: ago(12_000), invitedBy: "Dana Admin", expiresAt: ago(4_800) },
  { ...present, id: "adm_3", type: "group", displayName: "Cloud Administrators", email: "", status: "active", access: "custom", permissions: ["resource_locations"], identityProvider: "ad" },
];

export const principals: ServicePrincipal[] = [
  { id: "cli_7b2mk9x4q1", name: "Backup collector", access: "custom", permissions: ["system_log"], createdAt: ago(60_000), createdBy: "Dana Admin", owner: "Dana Admin", ownerState: "active", lastUsedAt: ago(3) },
  { id: "cli_1p5ns8d3rw", name: "Connector in Head office", access: "full", permissions: [], createdAt: ago(20_000), createdBy: "Dana Admin", owner: "Dana Admin", ownerState: "active", lastUsedAt: null },
  { id: "cli_4t7vc2h6yq", name: "Inventory", access: "custom", permissions: ["resource_locations"], createdAt: ago(90_000), createdBy: "Robin Operator", owner: "Robin Operator", ownerState: "gone", lastUsedAt: ago(900) },
];

const none: ConnectionSummary[] = [];
export const providers: IdentityProvider[] = [
  { type: "citrix", displayName: "Causeway Identity", adminAuth: true, subscriberAuth: false, status: "connected", available: true, needsActiveDirectory: false, connections: none },
  { type: "ad", displayName: "Active Directory", adminAuth: false, subscriberAuth: true, status: "enabled", available: false, needsActiveDirectory: false, connections: none },
  { type: "adtoken", displayName: "Active Directory + Token", adminAuth: false, subscriberAuth: true, status: "not_connected", available: false, needsActiveDirectory: true, connections: none },
  { type: "azuread", displayName: "Azure Active Directory", adminAuth: true, subscriberAuth: true, status: "not_connected", available: false, needsActiveDirectory: false, connections: none },
  { type: "gateway", displayName: "Gateway", adminAuth: false, subscriberAuth: true, status: "not_connected", available: false, needsActiveDirectory: true, connections: none },
  { type: "google", displayName: "Google Cloud Identity", adminAuth: true, subscriberAuth: true, status: "not_connected", available: false, needsActiveDirectory: false, connections: none },
  { type: "okta", displayName: "Okta", adminAuth: false, subscriberAuth: true, status: "not_connected", available: false, needsActiveDirectory: true, connections: none },
  { type: "saml", displayName: "SAML 2.0", adminAuth: true, subscriberAuth: true, status: "connected", available: true, needsActiveDirectory: true, connections: [connection] },
];

const headOffice: NameRef = { id: "loc_8f3kq2v7", name: "Head office" };
const branch: NameRef = { id: "loc_2m9xw4rt", name: "Restricted network" };
const warning = "Only one connector serves the forest zrh.alpine.example. Install a second connector in this forest. Every forest has to be reachable by two connectors at all times.";

export const domains: Domain[] = [
  { name: "corp.alpine.example", forest: "corp.alpine.example", netbios: "CORP", status: "enabled", connectors: 2, connected: 2, forestConnectors: 3, locations: [headOffice, branch], primaryLocation: headOffice, warning: "" },
  { name: "lab.corp.alpine.example", forest: "corp.alpine.example", netbios: "LAB", status: "unused", connectors: 1, connected: 1, forestConnectors: 3, locations: [branch], primaryLocation: null, warning: "" },
  { name: "zrh.alpine.example", forest: "zrh.alpine.example", netbios: "ZRH", status: "disabled", connectors: 1, connected: 1, forestConnectors: 1, locations: [], primaryLocation: null, warning },
];

export const builds: ConnectorBuild[] = [
  { platform: "linux-amd64", fileName: "causeway-connector-linux-amd64", size: 13_762_086, sha256: certificate.fingerprint },
  { platform: "windows-amd64", fileName: "cwconnector.exe", size: 14_102_528, sha256: certificate.fingerprint },
];

const offeringNames = [
  ["Payroll", "Finance"], ["Travel", "Finance"], ["Expenses", "Finance"], ["Wiki", "Knowledge"], ["Library", "Knowledge"], ["Time sheet", ""],
] as const;

export const offerings: Offering[] = Array.from({ length: 24 }, (_, n) => {
  const [name, category] = offeringNames[n % offeringNames.length] ?? ["", ""];
  const round = Math.floor(n / offeringNames.length);
  return {
    id: `off_${n}`, name: round === 0 ? name : `${name} ${round + 1}`, description: `${name} for everybody.`, address: `https://${name.toLowerCase().replace(" ", "-")}.alpine.example/start`,
    icon: n % 3 === 0 ? picture : "", category, assignments: (n * 7) % 5, createdAt: ago(n * 900),
  };
});

export const assignments: Assignment[] = [
  { id: "asg_1", kind: "group", sid: "S-1-5-21-1-2-3-1301", name: "Finance staff", domain: "corp.alpine.example", forest: "corp.alpine.example", assignedAt: ago(400), assignedBy: "Dana Admin" },
  { id: "asg_2", kind: "user", sid: "S-1-5-21-1-2-3-1105", name: "Noor Subscriber", domain: "corp.alpine.example", forest: "corp.alpine.example", assignedAt: ago(90), assignedBy: "Dana Admin" },
];

const someone = { guid: "12345678-9abc-def0-1122-334455667788", description: "", domain: "corp.alpine.example", forest: "corp.alpine.example", disabled: false } as const;
export const found: DirectoryFound = {
  items: [
    { ...someone, sid: "S-1-5-21-1-2-3-1105", kind: "user", name: "Noor Subscriber", displayName: "Noor Subscriber", upn: "noor@corp.alpine.example", sam: "noor", description: "Head office, second floor" },
    { ...someone, sid: "S-1-5-21-1-2-3-1106", kind: "user", name: "Noor Leaver", displayName: "Noor Leaver", upn: "leaver@corp.alpine.example", sam: "leaver", disabled: true },
    { ...someone, sid: "S-1-5-21-1-2-3-1302", kind: "group", name: "Northern sales", displayName: "", upn: "", sam: "northern-sales", description: "Everybody in sales" },
  ],
  cursor: "",
  uncertain: [{ domain: "zrh.alpine.example", forest: "zrh.alpine.example", code: "no_connector", text: "The domain zrh.alpine.example could not be asked. What is listed may be incomplete. Look at the connectors and the domain controllers of the forest zrh.alpine.example, then search again." }],
  cut: ["corp.alpine.example"],
};

export const kinds: FrontendKind[] = [
  { key: "internal_same_forest", name: "Internal AD-backed user in the shadow account forest", synced: "yes", connectors: "yes", needsShadowAccount: false, signsInBy: "UPN" },
  { key: "external_guest", name: "External guest user", synced: "no", connectors: "not_applicable", needsShadowAccount: true, signsInBy: "Email" },
];

export const appearance: WorkspaceAppearance = {
  name: "Alpine workspace", signInLogo: "", logo: picture, primaryColor: "#7a1f5c", bannerColor: "#1d3b2a", bannerTextColor: "#ffffff",
  preview: { primary: "#7a1f5c", primaryText: "#ffffff", darkPrimary: "#c88ab3", darkPrimaryText: "#06202e", banner: "#1d3b2a", bannerText: "#ffffff" },
};

export const workspace: WorkspaceConfiguration = {
  name: "alpine", url: "https://alpine.workspace.causeway.localhost", customHost: "workspaces.alpine.example", formerNames: [{ name: "alpine-instruments", restsUntil: ahead(21) }, { name: "alpine-workspace-of-the-northern-and-southern-plants-together", restsUntil: ahead(3) }], authentication: { method: "saml", connectionId: connection.id },
  choices: [
    { method: "ad", connectionId: "", label: "Active Directory", state: "unavailable" },
    { method: "adtoken", connectionId: "", label: "Active Directory + Token", state: "unavailable" },
    { method: "saml", connectionId: connection.id, label: connection.nickname, state: "available" },
    { method: "saml", connectionId: "idp_2", label: "Alpine guests", state: "available" },
    { method: "okta", connectionId: "", label: "Okta", state: "not_connected" },
  ],
};

const request = `<samlp:AuthnRequest ID="_q1" Version="2.0" Destination="https://idp.partner.example/sso" ForceAuthn="false" AssertionConsumerServiceURL="https://saml.causeway.localhost/saml/acs" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://saml.causeway.localhost</saml:Issuer></samlp:AuthnRequest>`;
const response = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1" Version="2.0" InResponseTo="_q1"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.partner.example/metadata</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" Version="2.0"><saml:Conditions><saml:AudienceRestriction><saml:Audience>https://other.example</saml:Audience></saml:AudienceRestriction></saml:Conditions></saml:Assertion></samlp:Response>`;

export const traces: Trace[] = [
  {
    id: "trace_1", kind: "signin", transactionId: "txn_7k2mq9x4vb", time: ago(12), outcome: "refused", purpose: "workspace", connectionId: connection.id, connectionName: connection.nickname,
    person: "noor@corp.alpine.example", clientAddress: "198.51.100.23", code: "audience", summary: "The assertion is meant for another service.",
    steps: [
      { time: ago(13), step: "begin", title: "Request sent to the identity provider", status: "passed", detail: "HTTP Post, signed." },
      { time: ago(12), step: "response_received", title: "Response received", status: "passed", detail: "4,211 bytes." },
      { time: ago(12), step: "signature", title: "Signature verified", status: "passed", detail: "Assertion, RSA-SHA256, idp-signing.crt." },
      { time: ago(12), step: "conditions", title: "Audience compared", status: "failed", detail: "https://other.example is not our entity ID." },
      { time: ago(12), step: "directory", title: "Directory asked", status: "not_done", detail: "" },
    ],
    messages: [
      { kind: "authn_request", direction: "sent", binding: "post", time: ago(13), xml: request },
      { kind: "response", direction: "received", binding: "post", time: ago(12), xml: response },
    ],
    failedCheck: {
      code: "audience", title: "The assertion is meant for another service", detail: "The audience of the assertion is not the entity ID of this connection.",
      hint: "Enter our entity ID as the audience in the application at the identity provider.", expected: "https://saml.causeway.localhost", received: "https://other.example", setting: "scopedEntityId",
    },
  },
  {
    id: "trace_2", kind: "signin", transactionId: "txn_3v8qk1m5zc", time: ago(95), outcome: "succeeded", purpose: "workspace", connectionId: connection.id, connectionName: connection.nickname,
    person: "kim@corp.alpine.example", clientAddress: "2001:db8::17", code: "", summary: "",
    steps: [{ time: ago(95), step: "begin", title: "Request sent to the identity provider", status: "passed", detail: "HTTP Post, signed." }],
    messages: [], failedCheck: null,
  },
  {
    id: "trace_3", kind: "signout", transactionId: "txn_9c4wn7r2he", time: ago(130), outcome: "succeeded", purpose: "provider", connectionId: connection.id, connectionName: connection.nickname,
    person: "kim@corp.alpine.example", clientAddress: "2001:db8::17", code: "", summary: "",
    steps: [{ time: ago(130), step: "logout_ended", title: "Sessions here ended", status: "passed", detail: "sessions: 1" }],
    messages: [], failedCheck: null,
  },
];
