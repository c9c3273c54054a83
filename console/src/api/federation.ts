/**
 * The answers about SAML federation that the pages need beyond contract.ts: connections in full, the rotation of our signing
 * certificate, the workspace's own host, administrators of a directory, tests and traces. The rules of contract.ts hold.
 */
import createClient from "openapi-fetch";
import { clientOptions } from "./client";
import type * as c from "./contract";
import type { Answer, Bodyless, Get, IfMatch, InCustomer, InObject, NoContent, Operation, Patch, Post, Put } from "./paths";

// --------------------------------------------------------------------------------------------------------- connections

export type CertificateState = "ok" | "expiringSoon" | "expired" | "notYetValid";

/** A signing certificate of a saved connection in its place. */
export interface SlotCertificate extends c.IdpCertificate {
  /** From 1 on. */
  slot: number;
  commonName: string;
  state: CertificateState;
  /** What to tell about the state; "" while there is nothing to tell. */
  message: string;
}

/** What the form edits beyond {@link c.SamlSettings}. */
export interface EncryptionSettings {
  /** Take encrypted assertions; needs a scoped entity ID, whose metadata holds our encryption key. */
  acceptEncrypted: boolean;
  /** Take AES in CBC mode, too; only with acceptEncrypted and a signed response. */
  allowCbc: boolean;
}

export interface DraftSettings extends c.SamlSettings, EncryptionSettings {}

export interface ConnectionDraft extends Omit<c.ConnectionDraft, "settings"> {
  settings: DraftSettings;
  /** ID of the connection that the settings were copied from; "" = none. */
  clonedFrom: string;
  /** What may be meant but is probably wrong, in the reader's language. Nothing of it stops the connection. */
  warnings: Warning[];
}

export interface Warning {
  /** Path of the field that it is about, as in errors; "" = the whole. */
  field: string;
  code: string;
  text: string;
  hint: string;
}

export interface ConnectionDraftChange {
  nickname?: string;
  settings?: Partial<DraftSettings>;
}

export type ConnectionStatus = "connected" | "certificate_expiring" | "certificate_expired";

/** A connection as lists have it. */
export interface ConnectionSummary extends Omit<c.ConnectionSummary, "status"> {
  status: ConnectionStatus;
  /** Administrators can sign in through it; absent in answers that do not tell. */
  adminCapable?: boolean;
}

export interface SavedConnection extends Omit<c.Connection, "settings" | "status"> {
  status: ConnectionStatus;
  adminCapable: boolean;
  settings: Omit<c.SamlSettings, "certificates"> & EncryptionSettings & { certificates: SlotCertificate[] };
  /** The operator has our requests ask for a NameID of an unspecified format. */
  sendNameIdPolicy: boolean;
  /** Whether a rotation of our signing certificate concerns the identity provider (SSO-218). */
  affected: { answer: "yes" | "probablyNot"; reasons: string[] };
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
  certificates: SlotCertificate[];
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

/** A file in the place of an expired certificate, or in an empty slot. */
export interface SlotFile {
  fileName: string;
  pem: string;
}

/** What the administrator of AD FS runs for a connection. */
export interface AdfsFiles {
  /** PowerShell, which reads claimrules.txt beside it. */
  commands: string;
  claimRules: string;
}

/** What the fields of the form hold for a well-known identity provider. */
export interface Preset {
  key: string;
  name: string;
  entityId: string;
  ssoServiceUrl: string;
  logoutUrl: string;
  nameId: string;
  claims: { name: string; value: string; needed: boolean }[];
  /** Sentences by field of the settings. */
  hints: Record<string, string>;
  warnings: string[];
  /** It takes two applications with the same entity ID. */
  duplicateEntityIds: boolean;
  /** Path of the guide in the documentation. */
  guide: string;
}

// ------------------------------------------------------------------------------------------------------------ rotation

export interface Rotation {
  plan: RotationPlan | null;
  certificates: SigningCertificate[];
  connections: RotationConnection[];
}

export interface RotationPlan {
  status: string;
  discoveryTime: string;
  agreementTime: string;
  advertisementTime: string;
  activationTime: string;
  completionTime: string;
}

/** One of our signing certificates. Its activation and its expiry are different times (SSO-207). */
export interface SigningCertificate {
  state: "active" | "next" | "retiring";
  commonName: string;
  sha1: string;
  sha256: string;
  notBefore: string;
  notAfter: string;
  activatesAt: string | null;
  retiresAt: string | null;
  pem: string;
}

export interface RotationConnection {
  connectionId: string;
  nickname: string;
  affected: "yes" | "probablyNot";
  /** It can be known who fetches its metadata: only those of a scoped entity ID are its own. */
  fetchKnown: boolean;
  /** Somebody has fetched metadata that hold the next certificate. */
  fetchedNext: boolean;
  lastFetch: { at: string; address: string; userAgent: string } | null;
  /** The last sign-in that was asked for with the next key. */
  nextKeyTest: { at: string; ok: boolean; code: string } | null;
}

/** The fields of a certificate that the documentation names, as they are printed there (SSO-224). */
export interface ExtractedCertificate {
  usage: string;
  authorityInfoAccess: string;
  basicConstraints: string;
  crlDistributionUri: string;
  extendedKeyUsage: string;
  issuer: string;
  keyUsage: string;
  publicKey: string;
  publicKeyHex: string;
  serialNumberHex: string;
  signatureAlgorithm: string;
  subject: string;
  subjectAlternative: string;
  thumbprint: string;
  thumbprintAlgorithm: string;
  validFrom: string;
  validTo: string;
  version: string;
  pem: string;
}

// ------------------------------------------------------------------------------------------------------- custom domain

export interface CustomDomain {
  /** "" = the workspace has none. */
  host: string;
  tls: "acme" | "upload";
  state: "provisioning" | "active" | "failed";
  /** Why it has failed, or what is waited for; "" otherwise. */
  reason: string;
  /** null = there is none yet, or a proxy before the product has it. */
  certificate: { subject: string; notAfter: string } | null;
  url: string;
  /** The DNS record that shows that the host is the customer's; it has to be there until the host is active. */
  proof: { type: string; name: string; value: string };
}

export interface CustomDomainInput {
  host: string;
  tls: CustomDomain["tls"];
}

export interface CustomDomainCertificate {
  certificatePem: string;
  privateKeyPem: string;
}

export interface CustomSamlInput {
  mode: "both" | "customOnly";
  idpEntityId: string;
  ssoServiceUrl: string;
  logoutUrl: string;
  certificates: CustomCertificate[];
  scopedEntityId: boolean;
}

/** A certificate of the second application; what is derived from the text may be missing until it was read. */
export type CustomCertificate = Pick<c.IdpCertificate, "fileName" | "pem"> & Partial<SlotCertificate>;

export interface CustomSaml extends CustomSamlInput {
  serviceProvider: c.ServiceProvider;
}

// ------------------------------------------------------------------------------------------------------ administrators

/** The signed-in person, with where the sign-in came from. */
export interface Me extends c.Me {
  /** Absent in answers that do not tell: then the built-in one. */
  identityProvider?: MeProvider;
}

export interface MeProvider {
  /** "citrix": the built-in one. "ad": one of the customer's own, which keeps password and factors. */
  type: "citrix" | "ad";
  /** "" for the built-in one. */
  connectionId: string;
  name: string;
}

export interface IdentityOption {
  type: "citrix" | "ad";
  label: string;
  available: boolean;
  /** Why it is not; "" otherwise. */
  reason: string;
}

export interface DirectoryAdministratorInput {
  kind: "user" | "group";
  sid: string;
  domain: string;
  access: "full";
}

/** An administrator as the list has it, those of a directory included. */
export interface Administrator extends Omit<c.Administrator, "type"> {
  type: c.Administrator["type"] | "adUser" | "adGroup";
  /** Of a directory's people and groups; absent or "" for the others. */
  domain?: string;
  sid?: string;
}

// ---------------------------------------------------------------------------------------------------- tests and traces

/** `POST …/test`: where the window of the test begins. */
export interface TestStarted {
  url: string;
  testId: string;
}

export interface ConnectionTest {
  state: "waiting" | "passed" | "failed";
  startedAt: string;
  transactionId: string;
  signatures: SignatureResult[];
  rawClaims: RawClaim[];
  mapped: MappedClaim[];
  steps: c.TraceStep[];
  refusals: Refusal[];
  /** The decoded message; "" when none came. */
  messageXml: string;
}

export interface SignatureResult {
  element: "Response" | "Assertion";
  present: boolean;
  verified: boolean;
  algorithm: string;
  /** Why it was not verified; "" otherwise. */
  code: string;
}

export interface RawClaim {
  name: string;
  nameFormat: string;
  values: string[];
}

export interface MappedClaim {
  claim: string;
  attribute: string;
  value: string;
  source: string;
}

export interface Refusal {
  code: string;
  detail: string;
  hint: string;
  /** Path of the setting to change; "" = it is elsewhere, and the hint says where. */
  setting: string;
}

export interface SelfTest {
  items: SelfTestCase[];
  passed: boolean;
}

export interface SelfTestCase {
  name: string;
  group: string;
  expected: string;
  got: string;
  ok: boolean;
}

export interface TraceQuery {
  from?: string;
  to?: string;
  transactionId?: string;
  person?: string;
  address?: string;
  connectionId?: string;
  outcome?: "succeeded" | "refused";
  limit?: number;
  cursor?: string;
}

// --------------------------------------------------------------------------------------------------------------- paths

type PostNothing<P, T> = { post: Bodyless<P, Answer<T>> };
type PostOnly<P> = { post: Bodyless<P, NoContent> };
interface InSlot {
  path: { customerId: string; id: string; slot: number };
}
interface InProposal {
  path: { customerId: string; id: string; proposalId: string };
}

interface Paths {
  "/{customerId}/v1/connections/{id}": Get<InObject, SavedConnection> & Patch<InObject & IfMatch, c.ConnectionChange, SavedConnection>;
  "/{customerId}/v1/connections/{id}/clone": Post<InObject, { signInUrlId: string; nickname: string }, ConnectionDraft>;
  "/{customerId}/v1/connections/{id}/certificates/{slot}": Put<InSlot & IfMatch, SlotFile, Answer<SavedConnection>> & {
    delete: Bodyless<InSlot & IfMatch, Answer<SavedConnection>>;
  };
  "/{customerId}/v1/connections/{id}/metadata-source": Put<InObject & IfMatch, { url: string; refresh: boolean }, Answer<SavedConnection>>;
  "/{customerId}/v1/connections/{id}/metadata-source/refresh": PostOnly<InObject>;
  "/{customerId}/v1/connections/{id}/key-proposals/{proposalId}/accept": PostOnly<InProposal>;
  "/{customerId}/v1/connections/{id}/key-proposals/{proposalId}/reject": PostOnly<InProposal>;
  "/{customerId}/v1/connections/{id}/test": PostNothing<InObject, TestStarted>;
  "/{customerId}/v1/connections/{id}/adfs": Get<InObject & { query: { application: "primary" | "custom_domain" } }, AdfsFiles>;
  "/{customerId}/v1/connections/{id}/next-key-test": PostNothing<InObject, { url: string }>;
  "/{customerId}/v1/connection-drafts/{id}": Get<InObject, ConnectionDraft> & Patch<InObject, ConnectionDraftChange, ConnectionDraft>;
  "/{customerId}/v1/connection-drafts/{id}/test": PostNothing<InObject, TestStarted>;
  "/{customerId}/v1/connection-tests/{id}": Get<InObject, ConnectionTest>;
  "/{customerId}/v1/sign-in-urls/{id}": Get<InObject, { available: boolean }>;
  "/{customerId}/v1/identity-providers/presets": Get<InCustomer, c.Page<Preset>>;
  "/{customerId}/v1/saml-rotation": Get<InCustomer, Rotation>;
  "/{customerId}/v1/tools/saml-certificates": Post<InCustomer, { url?: string; xml?: string }, { items: ExtractedCertificate[] }>;
  "/{customerId}/v1/tools/saml-self-test": PostNothing<InCustomer, SelfTest>;
  "/{customerId}/v1/workspace/custom-domain": Get<InCustomer, CustomDomain> &
    Put<InCustomer & Partial<IfMatch>, CustomDomainInput, Answer<CustomDomain>> & { delete: Bodyless<InCustomer & IfMatch, NoContent> };
  "/{customerId}/v1/workspace/custom-domain/certificate": Put<InCustomer & IfMatch, CustomDomainCertificate, Answer<CustomDomain>>;
  "/{customerId}/v1/workspace/custom-domain/saml": Get<InCustomer, CustomSaml> &
    Put<InCustomer & Partial<IfMatch>, CustomSamlInput, Answer<CustomSaml>> & { delete: Bodyless<InCustomer & IfMatch, NoContent> };
  "/{customerId}/v1/administrators": Get<InCustomer & { query?: { limit?: number; cursor?: string } }, c.Page<Administrator>>;
  "/{customerId}/v1/administrators/identity-options": Get<InCustomer, c.Page<IdentityOption>>;
  "/{customerId}/v1/administrators/directory": { post: Operation<InCustomer, DirectoryAdministratorInput, Answer<Administrator>> };
  "/{customerId}/v1/signin-traces": Get<InCustomer & { query?: TraceQuery }, c.Page<c.TraceSummary>>;
  "/{customerId}/v1/signin-traces/{id}": Get<InObject & { query?: { values?: boolean } }, c.Trace>;
}

/** The client of these operations. */
export const federation = createClient<Paths>(clientOptions);
