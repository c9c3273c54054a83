/**
 * The answers of the API as the pages need them: which fields are always there and which may be null. The generated description
 * (schema.d.ts) marks neither; agreement.ts makes the build fail when a name or type here is not the server's.
 *
 * Paths are below `https://console.<base>/api` (session cookie) and, the same, below
 * `https://api.<base>` (bearer token).
 *
 * Rules of every operation:
 * - JSON in lower camel case. Times are RFC 3339 in UTC. An absent text is "", an absent time or object is null; fields
 *   are never left out unless marked `?`.
 * - A list answers `{items, cursor}`; `items` is never null and `cursor` is "" on the last page.
 * - Failures are `application/problem+json` ({@link Problem}) with all field errors at once. A field is named by its path in
 *   the request body: "name", "settings.ssoServiceUrl", "settings.attributeNames.sid", "settings.certificates".
 * - Single objects carry an `ETag`. `If-Match` is required where a parameter `If-Match` stands below.
 */

/** RFC 9457 problem with the product's additions. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** The sentence for the reader, in the reader's language. */
  detail: string;
  /** Stable machine code. */
  code: string;
  /** What to do; "" when the sentence says it all. */
  hint: string;
  /** Path on the console where the person proves himself by signing in again; the query `return` names the page to come back to. */
  signInAgain?: string;
  transactionId: string;
  errors?: FieldProblem[];
}

export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
}

export interface Page<T> {
  items: T[];
  /** Opaque position of the next page, "" on the last one. */
  cursor: string;
}

export type Permission =
  | "customer_dashboard"
  | "domains"
  | "licensing"
  | "notifications"
  | "resource_locations"
  | "secure_clients"
  | "support_tickets"
  | "system_log"
  | "workspace_configuration"
  | "workspace_oauth_clients"
  | "assistant"
  | "signin_trace"
  | "full_access";

// ---------------------------------------------------------------------------------------------------------- session

/** `GET /v1/me`: who is signed in, at which customer, with what rights. 401 when nobody is. */
export interface Me {
  login: { id: string; name: string; email: string };
  /** Where the sign-in came from. */
  identityProvider: MeProvider;
  /** The customer of this session; null when the login administers none (the console then says so). */
  customer: CustomerRef | null;
  /** Every customer that this login may administer, sorted by name, the present one included. */
  customers: CustomerRef[];
  rights: { full: boolean; permissions: Permission[] };
  session: {
    signedInAt: string;
    /** 72 hours after the sign-in, whatever the activity. */
    expiresAt: string;
    /** After how long without activity the session ends; 0 = never (PLT-171). */
    inactivityMinutes: number;
    /** When it ends if nobody does anything; null = never. */
    inactiveAt: string | null;
  };
  /** Absolute URLs of the other sites of this installation; "" where there is none. */
  links: { api: string; connector: string; saml: string; status: string; documentation: string };
  /** Paths of the pages that this login has pinned in the navigation (PLT-022). */
  pins: string[];
  /** This login signed in by a recovery method and should look at its methods (PLT-083). */
  updateRecovery: boolean;
  /** Where "Contact support" leads; "" when the operator has set nothing (PLT-106). */
  supportUrl: string;
}

export interface MeProvider {
  /** "citrix": the built-in one. "ad": one of the customer's own, which keeps password and factors. */
  type: "citrix" | "ad";
  /** "" for the built-in one. */
  connectionId: string;
  name: string;
  /** Where the person signs in again; a query `return` names the page to come back to. */
  signInPath: string;
}

/** `PUT /v1/me/pins`: replaces the pins. */
export interface Pins {
  pages: string[];
}

export interface CustomerRef {
  id: string;
  name: string;
  orgId: string;
  region: string;
}

/** `POST /v1/me/sign-out`: ends this session, or all sessions of the login. */
export interface SignOutRequest {
  everywhere: boolean;
}

export interface SignOutAnswer {
  /** Where the browser goes next. */
  location: string;
}

/** `POST /v1/me/customer`: moves this session to another customer of the login. Answers {@link Me}. */
export interface SwitchCustomerRequest {
  customerId: string;
}

// ---------------------------------------------------------------------------------------------------------- my settings

/** `GET /v1/me/settings`: how this person signs in and gets back in. The same at every customer. */
export interface MySettings {
  userName: string;
  email: string;
  authenticator: { enrolledAt: string | null };
  recovery: {
    /** Masked; "" = none. */
    phone: string;
    /** Masked; "" = none. */
    email: string;
    backupCodes: { total: number; used: number };
  };
  /** Until when changes need no new identity check in this session; null = the next one needs it (IAM-088). */
  identityCheckedUntil: string | null;
}

/** `POST /v1/me/identity-check`; `POST /v1/me/identity-check/email` mails the code for the last of the methods. */
export interface IdentityCheck {
  method: "authenticator" | "backupCode" | "recoveryEmail";
  code: string;
}

/** `POST /v1/me/authenticator`: begins the enrolment of another device; `…/confirm` {@link Code} ends it. */
export interface NewAuthenticator {
  /** To type by hand. */
  key: string;
  /** The same as a picture, a data: address. */
  qr: string;
}

/** A code of six digits, from a device or a mail. */
export interface Code {
  code: string;
}

/** `POST /v1/me/recovery-email`, `POST /v1/me/email`: mails a code to this address; `…/confirm` {@link Code} takes it over. */
export interface NewAddress {
  email: string;
}

/** `PUT /v1/me/recovery-phone`. */
export interface NewPhone {
  phone: string;
  repeat: string;
}

/** `POST /v1/me/backup-codes`: a new set, which replaces the old one at `POST …/confirm`. Shown once. */
export interface BackupCodes {
  codes: string[];
}

/** `PUT /v1/me/password`. */
export interface NewPassword {
  current: string;
  new: string;
}

// -------------------------------------------------------------------------------------------------------------- account

/** `GET|PATCH /{customerId}/v1/account`. */
export interface Account {
  customerId: string;
  orgId: string;
  name: string;
  region: string;
  createdAt: string;
}

export interface AccountChange {
  name: string;
}

/** `GET|PUT /{customerId}/v1/account/inactivity`: when the console signs out whoever does nothing (PLT-166). */
export interface Inactivity {
  enabled: boolean;
  /** 10 to 720. */
  minutes: number;
}

// -------------------------------------------------------------------------------------------------------- notifications

/** `GET /{customerId}/v1/notifications`: the caller's own, newest first; `POST …/{id}/dismiss`, `POST …/dismiss-all`. */
export interface Notification {
  id: string;
  at: string;
  severity: "information" | "warning" | "error" | "critical";
  title: string;
  text: string;
  /** Path of the console that it is about; "" = none. */
  link: string;
  dismissed: boolean;
}

/** `GET /{customerId}/v1/notifications/count`: those not dismissed. */
export interface NotificationCount {
  count: number;
}

// ------------------------------------------------------------------------------------------------------- system log

/** `GET /{customerId}/v1/systemlog/event-types`: the event catalogue. */
export interface EventType {
  name: string;
  eventType: string;
  label: string;
}

/**
 * `GET /{customerId}/v1/systemlog/records?from=&to=&limit=&cursor=`: newest first, the last 30 days by default. `…/export` streams the
 * same as CSV.
 */
export interface LogRecord {
  recordId: string;
  /** Position in the log of this customer. */
  seq: number;
  utcTimestamp: string;
  customerId: string;
  eventType: string;
  outcome: "success" | "failed";
  /** Code of the failure; "" on success. */
  reason: string;
  eventMessage: string;
  targetId: string;
  targetDisplayName: string;
  targetEmail: string;
  targetUserId: string;
  targetType: string;
  beforeChanges: Record<string, string> | null;
  afterChanges: Record<string, string> | null;
  agentId: string;
  actorId: string;
  actorDisplayName: string;
  actorType: string;
  /** Address that the request came from; "" for the platform itself. */
  actorAddress: string;
  transactionId: string;
}

// -------------------------------------------------------------------------------------------------- resource locations

/** `GET /{customerId}/v1/locations`, `POST` {@link LocationInput}, `GET|PATCH|DELETE /{customerId}/v1/locations/{id}`. */
export interface Location {
  id: string;
  name: string;
  createdAt: string;
  /** All connectors that are registered. */
  connectorCount: number;
  /** Those in contact now. */
  connectedCount: number;
  /** False below two connectors: the location is not highly available. */
  redundant: boolean;
  /** Domains that its connectors reach, sorted. */
  domains: string[];
}

export interface LocationInput {
  name: string;
}

/** `GET /{customerId}/v1/locations/{id}/connectors`, `DELETE /{customerId}/v1/connectors/{id}`. */
export interface Connector {
  id: string;
  locationId: string;
  /** Fully qualified name of the machine. */
  name: string;
  type: "cloud_connector" | "connector_appliance";
  contactState: "connected" | "disconnected" | "not_in_contact" | "error";
  /** What is wrong and what to change, in the reader's language; "" when nothing is. */
  problem: string;
  /** Stable name of the problem, as in docs/guides/connector.md; "" when nothing is wrong. */
  problemCode: string;
  version: string;
  domain: string;
  forest: string;
  os: string;
  registeredAt: string;
  registeredBy: string;
  /** Null when it has never been in contact since it was registered. */
  lastContactAt: string | null;
}

/**
 * `POST /{customerId}/v1/locations/{id}/parameter-file`: makes the credential of one installation and
 * the parameter file for `causeway-connector install --parameters FILE`. The secret exists only in this answer.
 */
export interface ParameterFileRequest {
  /** Must be true: the person accepts the terms of service on behalf of the installation. */
  acceptTermsOfService: boolean;
}

export interface ParameterFile {
  /** Proposed name of the file. */
  fileName: string;
  /** Exact text of the file. */
  content: string;
  /** The command to run on the machine. */
  command: string;
  /** SPKI pins that the file carries, for comparison with what the connector prints. */
  channelKeyPins: string[];
  servicePrincipal: { id: string; name: string };
}

// ------------------------------------------------------------------------------------------------------ administrators

/** `GET /{customerId}/v1/administrators`: the active ones and the invited ones; `DELETE …/{id}` takes either. */
export interface Administrator {
  id: string;
  /** "adUser" and "adGroup" come from a directory of the customer's. */
  type: "user" | "group" | "adUser" | "adGroup";
  displayName: string;
  /** "" for groups. */
  email: string;
  status: "active" | "inviteSent" | "expired";
  access: "full" | "custom";
  permissions: Permission[];
  identityProvider: IdentityProviderKey;
  /** The caller himself. */
  you: boolean;
  /** Null for those who were never invited; the first administrator, for instance. */
  invitedAt: string | null;
  invitedBy: string;
  /** When the invitation ends, or ended. */
  expiresAt: string | null;
  createdAt: string;
  /** Of people and groups of a directory, like the next; "" for others. */
  domain: string;
  sid: string;
  /** The administrator with a built-in login who is the same person; "" = none is known. */
  sameAs: string;
}

/** `POST /{customerId}/v1/administrators/invitations`; `POST …/{id}/resend` mails the same invitation again (IAM-054). */
export interface InvitationInput {
  email: string;
  access: "full" | "custom";
  /** Empty with full access. */
  permissions: Permission[];
}

/** `GET /{customerId}/v1/access-requests`, `DELETE …/{id}` dismisses one. Inviting the address answers it (IAM-059). */
export interface AccessRequest {
  id: string;
  name: string;
  email: string;
  requestedAt: string;
}

/** What the owner of a service principal means for it. */
export type OwnerState = "active" | "reduced" | "gone" | "unconfirmed" | "none";

/**
 * `GET|POST /{customerId}/v1/service-principals`, `DELETE /{customerId}/v1/service-principals/{id}`. `POST …/{id}/approve` makes whoever
 * is signed in the owner.
 */
export interface ServicePrincipal {
  /** Also the client ID. */
  id: string;
  name: string;
  access: "full" | "custom";
  permissions: Permission[];
  createdAt: string;
  createdBy: string;
  /** Who made or approved it last; it never holds more than he does now. Empty when nobody is known. */
  owner: string;
  ownerState: OwnerState;
  lastUsedAt: string | null;
}

export interface ServicePrincipalInput {
  name: string;
  access: "full" | "custom";
  /** Empty with full access. */
  permissions: Permission[];
}

export interface ServicePrincipalCreated {
  servicePrincipal: ServicePrincipal;
  /** Shown once. */
  secret: string;
}

// -------------------------------------------------------------------------------------------------- identity providers

export type IdentityProviderKey = "citrix" | "ad" | "adtoken" | "azuread" | "gateway" | "google" | "okta" | "saml";

/** `GET /{customerId}/v1/identity-providers`: the shipped types, in the order to show, with their state at this customer. */
export interface IdentityProvider {
  type: IdentityProviderKey;
  displayName: string;
  adminAuth: boolean;
  subscriberAuth: boolean;
  status: "not_connected" | "connected" | "enabled" | "certificate_expired";
  /** This release can connect it. */
  available: boolean;
  /** Needs Active Directory connected first. */
  needsActiveDirectory: boolean;
  /** Connections of this type; empty for those that have none of their own. */
  connections: ConnectionSummary[];
}

export type ConnectionStatus = "connected" | "certificate_expiring" | "certificate_expired";

export interface ConnectionSummary {
  id: string;
  type: IdentityProviderKey;
  nickname: string;
  signInUrlId: string;
  /** Full administrator sign-in URL. */
  signInUrl: string;
  status: ConnectionStatus;
  /** Administrators can sign in through it. */
  adminCapable: boolean;
  /** It is the authentication method of the workspace. */
  usedByWorkspace: boolean;
  createdAt: string;
}

/** `GET /{customerId}/v1/connections[/{id}]`, `PATCH` {@link ConnectionChange}, `DELETE`. */
export interface Connection extends ConnectionSummary {
  createdBy: string;
  settings: SamlSettings;
  /** On the custom domain when the workspace is used there alone. */
  serviceProvider: ServiceProvider;
  /** Where sign-ins of administrators and tests of drafts come back to, wherever the workspace is. */
  standardAcsUrl: string;
  /** The operator has our requests ask for a NameID of an unspecified format. */
  sendNameIdPolicy: boolean;
  /** Whether a rotation of our signing certificate concerns the identity provider (SSO-218). */
  affected: { answer: "yes" | "probablyNot"; reasons: string[] };
  /** A certificate can be stored beside one that is valid; the operator's choice, the same for all connections. */
  secondCertificate: boolean;
  /** What is remarkable about the settings; only a clone can have others. */
  warnings: DraftWarning[];
  keyProposals: KeyProposal[];
  metadata: MetadataSource;
  /** The second application at the provider, for the workspace's own host; null = there is none. */
  customDomain: CustomApplication | null;
}

export interface CustomApplication {
  scopedEntityId: boolean;
  /** Ours; never the custom host. */
  entityId: string;
  idpEntityId: string;
  ssoServiceUrl: string;
  logoutUrl: string;
  certificates: IdpCertificate[];
}

export interface KeyProposal {
  id: string;
  /** SHA-256 of the certificate, lower-case hex. */
  fingerprint: string;
  subject: string;
  notBefore: string;
  notAfter: string;
  foundAt: string;
  /** The metadata was signed with a key that the connection trusts already. */
  signedByTrustedKey: boolean;
  state: "proposed" | "accepted" | "rejected";
  /** Null and "" while nobody has decided. */
  decidedAt: string | null;
  decidedBy: string;
}

export interface MetadataSource {
  /** "" = there is none. */
  url: string;
  /** Read it every hour. */
  refresh: boolean;
  lastReadAt: string | null;
  /** Null unless the last reading failed. */
  lastFailure: { code: string; text: string; since: string } | null;
  /** What the metadata say otherwise than the connection; it is not applied. */
  differences: { field: string; ours: string; theirs: string }[];
}

/** Absent = unchanged. Nothing else of a saved connection can be changed. */
export interface ConnectionChange {
  nickname?: string;
  signInUrlId?: string;
}

export type SamlBinding = "post" | "redirect";
export type SigningMode = "either" | "response" | "assertion" | "both";
export type AuthnContext =
  | "unspecified"
  | "user_name_and_password"
  | "x509_cert"
  | "integrated_win_auth"
  | "kerberos"
  | "password_protected_transport"
  | "tls_client";

export interface SamlSettings {
  scopedEntityId: boolean;
  idpEntityId: string;
  signAuthnRequest: boolean;
  ssoServiceUrl: string;
  ssoBinding: SamlBinding;
  responseSigning: SigningMode;
  certificates: IdpCertificate[];
  authnContext: AuthnContext;
  authnContextComparison: "exact" | "minimum";
  /** "" = sign-out ends only the local session. */
  logoutUrl: string;
  /** The two that follow matter only with a logout URL. */
  sloBinding: SamlBinding;
  signLogoutRequest: boolean;
  attributeNames: AttributeNames;
  /** Refuse an assertion that lacks one of the named cip_ claims, even if the directory could fill it. */
  requireMappedClaims: boolean;
  /** "" unless the metadata came from a URL. */
  metadataUrl: string;
  /** Read the metadata URL regularly; new keys are proposed, never taken over silently. */
  metadataRefresh: boolean;
  /** Take encrypted assertions; needs a scoped entity ID, whose metadata holds our encryption key. */
  acceptEncrypted: boolean;
  /** Take AES in CBC mode, too; only with acceptEncrypted and a signed response. */
  allowCbc: boolean;
}

/** Names of SAML attributes; "" = the claim is not read. */
export interface AttributeNames {
  displayName: string;
  givenName: string;
  familyName: string;
  sid: string;
  upn: string;
  email: string;
  oid: string;
  forest: string;
  domain: string;
}

export interface IdpCertificate {
  fileName: string;
  /** PEM text. */
  pem: string;
  subject: string;
  notBefore: string;
  notAfter: string;
  /** SHA-256 of the certificate, lower-case hex. */
  fingerprint: string;
  /** 1 or 2; 0 for one that is in no slot. */
  slot: number;
  commonName: string;
  state: CertificateState;
  /** What to tell about the state; "" while there is nothing to tell. */
  message: string;
}

export type CertificateState = "ok" | "expiringSoon" | "expired" | "notYetValid";

/** What the identity provider's application needs to know about us. */
export interface ServiceProvider {
  entityId: string;
  acsUrl: string;
  logoutUrl: string;
  /** Public; with a scoped entity ID the URL names it. */
  metadataUrl: string;
}

/**
 * `GET|POST /{customerId}/v1/connection-drafts`, `GET|PATCH|DELETE …/{id}`. A draft lives 24 hours, reserves its identifier
 * and cannot sign anybody in. PATCH takes any part; a value that is given must be well-formed, missing ones are asked for by
 * `…/test` (400 with field errors).
 */
export interface ConnectionDraft {
  id: string;
  type: "saml";
  signInUrlId: string;
  signInUrl: string;
  nickname: string;
  settings: SamlSettings;
  serviceProvider: ServiceProvider;
  test: DraftTest;
  expiresAt: string;
  /** ID of the connection that the settings were copied from; "" = none. */
  clonedFrom: string;
  /** What may be meant but is probably wrong, in the reader's language. Nothing of it stops the connection. */
  warnings: DraftWarning[];
}

export interface DraftWarning {
  /** Path of the field that it is about, as in errors; "" = the whole. */
  field: string;
  code: string;
  text: string;
  hint: string;
}

export interface ConnectionDraftInput {
  type: "saml";
  signInUrlId: string;
  /** What the settings begin with: "" for the four claims, "b2b" for the UPN alone with shadow accounts (SAM-221). */
  template: "" | "b2b";
}

/** `GET /{customerId}/v1/identity-providers/frontend-kinds`: who can sign in through a B2B connection, and what each kind needs. */
export interface FrontendKind {
  key: string;
  name: string;
  /** From Active Directory to the identity provider. */
  synced: "yes" | "no" | "not_applicable";
  /** In the person's own Active Directory. */
  connectors: "yes" | "no" | "not_applicable";
  needsShadowAccount: boolean;
  /** What the person types at the identity provider. */
  signsInBy: "UPN" | "Email";
}

export interface ConnectionDraftChange {
  nickname?: string;
  settings?: Partial<SamlSettings>;
  /** A refusal names everything that would keep a test from beginning. */
  forTest?: boolean;
}

/** `POST …/connection-drafts/{id}/metadata`: reads metadata and proposes values; stores nothing. One of the two is set. */
export interface MetadataRequest {
  xml?: string;
  url?: string;
}

export interface MetadataProposal {
  settings: Partial<SamlSettings>;
  /** Remarks for the administrator, in the reader's language. */
  warnings: string[];
}

/** `POST …/connection-drafts/{id}/certificates`, `POST …/workspace/custom-domain/saml/certificates`: reads one certificate file; stores nothing. Answers {@link IdpCertificate}. */
export interface CertificateFile {
  fileName: string;
  /** Base64 of the file's bytes. */
  content: string;
}

/** `POST …/connection-drafts/{id}/test`: begins a round trip in a window of its own. State is then read from the draft. */
export interface TestStarted {
  url: string;
  testId: string;
  transactionId: string;
}

export interface DraftTest {
  /** "none": never, or settings have changed since. */
  state: "none" | "waiting" | "passed" | "failed";
  startedAt: string | null;
  transactionId: string;
  /** What the assertion and the directory said; empty unless passed. */
  claims: TestClaim[];
  /** Null unless failed. */
  failure: { code: string; detail: string; hint: string; setting: string } | null;
}

export interface TestClaim {
  name: string;
  value: string;
  source: "assertion" | "connector" | "entra" | "none";
}

// `POST …/connection-drafts/{id}/finish` answers the new Connection; 409 "test_not_passed" without a passed test.

// ----------------------------------------------------------------------------------------------------------- directory

/** `GET /{customerId}/v1/directory/forests`. */
export interface Forest {
  /** DNS name of the root domain. */
  name: string;
  domains: string[];
  upnSuffixes: string[];
  /** IDs of the resource locations of its connectors. */
  locations: string[];
  connectors: number;
  /** Of the connectors, those in contact. */
  connected: number;
  /** Says that one connector only serves the forest; "" when there are more. */
  warning: string;
}

/**
 * `GET /{customerId}/v1/directory/domains`; `PUT …/{name}/state` {@link DomainState};
 * `PUT …/{name}/primary-location` {@link PrimaryLocationInput}, `DELETE …/primary-location?acknowledge=true`.
 */
export interface Domain {
  /** DNS name. */
  name: string;
  forest: string;
  /** In front of DOMAIN\name; "" while no connector has told it. */
  netbios: string;
  /** Nobody is picked from a disabled domain. An unused one becomes enabled when something is given to one of its people. */
  status: "enabled" | "disabled" | "unused";
  /** That reach the domain. */
  connectors: number;
  connected: number;
  forestConnectors: number;
  /** Resource locations with a connector in the domain: the candidates for the primary one. */
  locations: NameRef[];
  /** Whose connectors are used first; null = any. */
  primaryLocation: NameRef | null;
  /** Says that one connector only serves the forest; "" when there are more. */
  warning: string;
}

export interface NameRef {
  id: string;
  name: string;
}

export interface DomainState {
  enabled: boolean;
}

export interface PrimaryLocationInput {
  locationId: string;
}

/** `POST /{customerId}/v1/directory/detect`: looks for connectors that reach a directory, and connects Active Directory. */
export interface Detection {
  status: "enabled" | "not_connected";
  connectors: Connector[];
  forests: Forest[];
  /** What stands in the way, and what is not highly available. */
  missing: Missing[];
}

export interface Missing {
  code: "no_connectors" | "no_directory" | "no_contact" | "one_connector";
  /** "" = everywhere. */
  forest: string;
  text: string;
}

/** `GET /{customerId}/v1/directory/search?q=&domain=&kind=&cursor=`: people and groups of the domains that are not disabled. */
export interface DirectoryFound {
  items: DirectoryPrincipal[];
  cursor: string;
  /** Domains that could not be asked: the items may be incomplete. */
  uncertain: DomainNotAsked[];
  /** Domains with more matches than were read. */
  cut: string[];
}

export interface DirectoryPrincipal {
  sid: string;
  guid: string;
  kind: "user" | "group";
  name: string;
  displayName: string;
  /** "" for groups. */
  upn: string;
  sam: string;
  description: string;
  domain: string;
  forest: string;
  /** The account cannot sign in at present. */
  disabled: boolean;
}

export interface DomainNotAsked {
  domain: string;
  forest: string;
  /** Stable reason. */
  code: string;
  text: string;
}

/** `GET /{customerId}/v1/connector-software`; `GET …/{platform}` is the program itself. */
export interface ConnectorBuild {
  /** System and machine: "linux-amd64". */
  platform: string;
  fileName: string;
  /** In bytes. */
  size: number;
  /** Hex. */
  sha256: string;
}

// ------------------------------------------------------------------------------------------------------------- library

/** `GET|POST /{customerId}/v1/offerings`, `GET|PATCH|DELETE …/{id}`. */
export interface Offering {
  id: string;
  name: string;
  description: string;
  address: string;
  /** A data: address; "" without an icon. */
  icon: string;
  category: string;
  /** To how many users and groups it is assigned. */
  assignments: number;
  createdAt: string;
}

export interface OfferingInput {
  name: string;
  description: string;
  address: string;
  icon: string;
  category: string;
}

/** `GET|POST /{customerId}/v1/offerings/{id}/assignments`, `DELETE …/{assignmentId}`. */
export interface Assignment {
  id: string;
  kind: "user" | "group";
  sid: string;
  /** As it was when it was assigned. */
  name: string;
  domain: string;
  forest: string;
  assignedAt: string;
  assignedBy: string;
}

export interface AssignmentInput {
  kind: "user" | "group";
  sid: string;
  domain: string;
}

// ----------------------------------------------------------------------------------------------------------- workspace

/** `GET /{customerId}/v1/workspace/configuration`, `PUT` {@link WorkspaceConfigurationInput} with If-Match. */
export interface WorkspaceConfiguration {
  /** The label of the host name. */
  name: string;
  url: string;
  /** The workspace's own host; "" = there is none. */
  customHost: string;
  authentication: WorkspaceAuthentication;
  /** What can be chosen and what cannot, in the order to show. */
  choices: WorkspaceChoice[];
}

export interface WorkspaceAuthentication {
  method: IdentityProviderKey | "none";
  /** "" for methods without connections. */
  connectionId: string;
}

export interface WorkspaceChoice {
  method: IdentityProviderKey;
  connectionId: string;
  /** Display name of the type, or the nickname of the connection. */
  label: string;
  state: "available" | "not_connected" | "unavailable";
}

/** Absent = unchanged. */
export interface WorkspaceConfigurationInput {
  authentication?: WorkspaceAuthentication;
  name?: string;
}

/** `GET|PUT /{customerId}/v1/workspace/sign-in`, with If-Match. */
export interface WorkspaceSignIn {
  /** Ask the identity provider for credentials at each sign-in; otherwise it decides. */
  alwaysPrompt: boolean;
  /** Of sessions in web browsers: 5 to 720 minutes. */
  inactivity: Inactivity;
}

/** `GET /{customerId}/v1/workspace/appearance`, `PUT` {@link WorkspaceAppearanceInput}. "" = the product's own. */
export interface WorkspaceAppearance extends WorkspaceAppearanceInput {
  /** The colours that the pages are drawn with; "" = the product's. */
  preview: AppearancePreview;
}

export interface WorkspaceAppearanceInput {
  name: string;
  /** Before somebody is signed in; a data: address. */
  signInLogo: string;
  /** After the sign-in, likewise. */
  logo: string;
  /** Of buttons and links, #rrggbb. */
  primaryColor: string;
  /** Of the head of the page; "" together with the next. */
  bannerColor: string;
  bannerTextColor: string;
}

export interface AppearancePreview {
  primary: string;
  primaryText: string;
  darkPrimary: string;
  darkPrimaryText: string;
  banner: string;
  bannerText: string;
}

// ------------------------------------------------------------------------------------------------------- sign-in traces

/** Of sign-ins and sign-outs. `GET /{customerId}/v1/signin-traces?from=&to=&transactionId=&outcome=&limit=&cursor=`: newest first. */
export interface TraceSummary {
  id: string;
  /** A sign-in, or a sign-out at the identity provider, in either direction. */
  kind: "signin" | "signout";
  transactionId: string;
  time: string;
  outcome: "succeeded" | "refused";
  /** "provider": of sign-outs that the identity provider has asked for. */
  purpose: "workspace" | "console" | "test" | "check" | "provider";
  connectionId: string;
  connectionName: string;
  /** UPN or NameID as far as it is known. */
  person: string;
  clientAddress: string;
  /** Code and sentence of the failure; "" on success. */
  code: string;
  summary: string;
}

/** `GET /{customerId}/v1/signin-traces/{id}`. */
export interface Trace extends TraceSummary {
  steps: TraceStep[];
  messages: TraceMessage[];
  /** Null on success. */
  failedCheck: TraceFailedCheck | null;
}

export interface TraceStep {
  time: string;
  /** Stable key of the step: "begin", "response_received", "signature", "directory" … */
  step: string;
  title: string;
  status: "passed" | "failed" | "info" | "not_done";
  detail: string;
}

export interface TraceMessage {
  kind: "authn_request" | "response" | "logout_request" | "logout_response";
  direction: "sent" | "received";
  binding: SamlBinding;
  time: string;
  /** The decoded message. */
  xml: string;
}

export interface TraceFailedCheck {
  code: string;
  title: string;
  detail: string;
  hint: string;
  /** What was expected and what came, where it can be said; "" otherwise. */
  expected: string;
  received: string;
  /** The setting to change: path in {@link SamlSettings}, or "" when it is elsewhere (then the hint says where). */
  setting: string;
}

// -------------------------------------------------------------------------------------------------------- live updates

/**
 * `GET /{customerId}/v1/events`: server-sent events; the ID is the System Log sequence, a comment comes every 20 s.
 * Event names are the topics; data is JSON.
 */
export interface LiveEvents {
  /** A connector, or the set of connectors of a location, is not as it was. */
  connectors: { locationId: string; connectorId: string };
  /** There are new records. */
  systemlog: { seq: number };
  /** There are notifications that were not there before. */
  notifications: Record<never, never>;
  /** The server ends the stream: ask `/v1/me` before coming back, except for "renew". */
  end: { reason: "renew" | "session_ended" | "rights_changed" };
}
