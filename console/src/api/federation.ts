/**
 * The answers about SAML federation that the pages need beyond contract/: connections in full, the rotation of our signing
 * certificate, the workspace's own host, administrators of a directory, tests and traces. The rules of contract/answer.ts hold.
 */
import createClient from "openapi-fetch";
import { clientOptions } from "./client";
import type { Administrator } from "./contract/administrators";
import type { Page } from "./contract/answer";
import type { Connection, ConnectionChange } from "./contract/connections";
import type { ConnectionDraft, ConnectionDraftChange, TestClaim, TestStarted } from "./contract/drafts";
import type { CertificateFile, IdpCertificate, ServiceProvider } from "./contract/saml";
import type { Trace, TraceStep, TraceSummary } from "./contract/traces";
import type { Answer, Bodyless, Get, IfMatch, InCustomer, InObject, NoContent, Operation, Patch, Post, Put } from "./paths";

export type { Administrator } from "./contract/administrators";
export type { Connection as SavedConnection, ConnectionStatus, ConnectionSummary, KeyProposal } from "./contract/connections";
export type { ConnectionDraft, ConnectionDraftChange } from "./contract/drafts";
export type { CertificateState, IdpCertificate as SlotCertificate } from "./contract/saml";
export type { Me } from "./contract/session";

// --------------------------------------------------------------------------------------------------------- connections

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
  /** Of the advertisement. */
  status: "Pending" | "InProgress" | "Completed" | "Failed";
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
  certificates: IdpCertificate[];
  scopedEntityId: boolean;
}

export interface CustomSaml extends CustomSamlInput {
  serviceProvider: ServiceProvider;
}

/** What an identity provider has to know about us at the custom domain, whether SAML is set there or not. */
export interface CustomServiceProvider {
  /** Of the second application, unless it has an entity ID of its own. */
  both: ServiceProvider;
  /** Of the connection's application; metadataUrl is "" when its metadata name the custom domain only after the mode is set. */
  customOnly: ServiceProvider;
  /** Of administrators, through the connection; "" = they have none. */
  signInUrl: string;
  /** Where sign-ins of administrators come back to, whatever the mode is. */
  acsUrl: string;
}

/** How the beginning of a sign-in at one address went. */
export interface SignInCheck {
  kind: "workspaceUrl" | "customDomain" | "goUrl";
  url: string;
  ok: boolean;
  /** Where the request goes; "" = none was seen. */
  destination: string;
  /** Where the answer would go. */
  acsUrl: string;
  /** What is wrong, and what to do; "" otherwise. */
  detail: string;
  hint: string;
}

// ------------------------------------------------------------------------------------------------------ administrators

export interface IdentityOption {
  type: "citrix" | "ad";
  label: string;
  available: boolean;
  /** Why it is not; "" otherwise. */
  reason: string;
}

export interface IdentityOptions extends Page<IdentityOption> {
  /** false: fewer than two built-in logins have full access, so that one lost login may lock everybody out. */
  builtInFallback: boolean;
}

export interface DirectoryAdministratorInput {
  kind: "user" | "group";
  sid: string;
  domain: string;
  access: "full";
  /** The administrator with a built-in login who is the same person; their rights then add up. */
  administratorId?: string;
}

// ---------------------------------------------------------------------------------------------------- tests and traces

export interface ConnectionTest {
  state: "waiting" | "passed" | "failed";
  startedAt: string;
  transactionId: string;
  signatures: SignatureResult[];
  rawClaims: RawClaim[];
  mapped: MappedClaim[];
  steps: TraceStep[];
  refusals: Refusal[];
  /** The decoded message; "" when none came. */
  messageXml: string;
}

export interface SignatureResult {
  element: "Response" | "Assertion";
  present: boolean;
  verified: boolean;
  algorithm: string;
  /** Fingerprint of the connection's certificate that verified it; "" = none did. */
  certificate: string;
  code: string;
  /** What is wrong with it; "" otherwise. */
  detail: string;
}

export interface RawClaim {
  name: string;
  nameFormat: string;
  values: string[];
  encrypted: boolean;
}

export interface MappedClaim {
  claim: string;
  attribute: string;
  value: string;
  source: TestClaim["source"];
  code: string;
  /** What is wrong with it; "" otherwise. */
  detail: string;
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
  /** Technical name of the attack, in English. */
  name: string;
  /** "twin": a valid message beside its forgery. */
  group: "reading" | "wrapping" | "signature" | "content" | "encryption" | "twin";
  /** The attack in words; "" when the name says it. */
  title: string;
  expected: string;
  /** The sentence of the code; "" when there is none. */
  expectedText: string;
  got: string;
  gotText: string;
  ok: boolean;
}

export interface TraceQuery {
  from?: string;
  to?: string;
  kind?: "signin" | "signout";
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

/** The operations by path, in the shape that openapi-fetch takes. */
export interface Paths {
  "/{customerId}/v1/connections/{id}": Get<InObject, Connection> & Patch<InObject & IfMatch, ConnectionChange, Connection>;
  "/{customerId}/v1/connections/{id}/clone": Post<InObject, { signInUrlId: string; nickname: string }, ConnectionDraft>;
  "/{customerId}/v1/connections/{id}/certificates/{slot}": Put<InSlot & IfMatch, SlotFile, Answer<Connection>> & {
    delete: Bodyless<InSlot & IfMatch, Answer<Connection>>;
  };
  "/{customerId}/v1/connections/{id}/metadata-source": Put<InObject & IfMatch, { url: string; refresh: boolean }, Answer<Connection>>;
  "/{customerId}/v1/connections/{id}/metadata-source/refresh": PostOnly<InObject>;
  "/{customerId}/v1/connections/{id}/key-proposals/{proposalId}/accept": PostOnly<InProposal>;
  "/{customerId}/v1/connections/{id}/key-proposals/{proposalId}/reject": PostOnly<InProposal>;
  "/{customerId}/v1/connections/{id}/key-proposals/{proposalId}/offer": PostOnly<InProposal>;
  "/{customerId}/v1/connections/{id}/test": PostNothing<InObject, TestStarted>;
  "/{customerId}/v1/connections/{id}/adfs": Get<InObject & { query: { application: "primary" | "custom_domain" } }, AdfsFiles>;
  "/{customerId}/v1/connections/{id}/next-key-test": PostNothing<InObject, { url: string }>;
  "/{customerId}/v1/connection-drafts/{id}": Get<InObject, ConnectionDraft> & Patch<InObject, ConnectionDraftChange, ConnectionDraft>;
  "/{customerId}/v1/connection-drafts/{id}/test": PostNothing<InObject, TestStarted>;
  "/{customerId}/v1/connection-tests/{id}": Get<InObject, ConnectionTest>;
  "/{customerId}/v1/sign-in-urls/{id}": Get<InObject, { available: boolean }>;
  "/{customerId}/v1/identity-providers/presets": Get<InCustomer, Page<Preset>>;
  "/{customerId}/v1/saml-rotation": Get<InCustomer, Rotation>;
  "/{customerId}/v1/tools/saml-certificates": Post<InCustomer, { url?: string; xml?: string }, { items: ExtractedCertificate[] }>;
  "/{customerId}/v1/tools/saml-self-test": PostNothing<InCustomer, SelfTest>;
  "/{customerId}/v1/workspace/custom-domain": Get<InCustomer, CustomDomain> &
    Put<InCustomer & Partial<IfMatch>, CustomDomainInput, Answer<CustomDomain>> & { delete: Bodyless<InCustomer & IfMatch, NoContent> };
  "/{customerId}/v1/workspace/custom-domain/certificate": Put<InCustomer & IfMatch, CustomDomainCertificate, Answer<CustomDomain>>;
  "/{customerId}/v1/workspace/custom-domain/saml": Get<InCustomer, CustomSaml> &
    Put<InCustomer & Partial<IfMatch>, CustomSamlInput, Answer<CustomSaml>> & { delete: Bodyless<InCustomer & IfMatch, NoContent> };
  "/{customerId}/v1/workspace/custom-domain/saml/service-provider": Get<InCustomer, CustomServiceProvider>;
  "/{customerId}/v1/workspace/custom-domain/check": PostNothing<InCustomer, { items: SignInCheck[] }>;
  "/{customerId}/v1/workspace/custom-domain/saml/certificates": Post<InCustomer, CertificateFile, IdpCertificate>;
  "/{customerId}/v1/administrators": Get<InCustomer & { query?: { limit?: number; cursor?: string } }, Page<Administrator>>;
  "/{customerId}/v1/administrators/identity-options": Get<InCustomer, IdentityOptions>;
  "/{customerId}/v1/administrators/directory": { post: Operation<InCustomer, DirectoryAdministratorInput, Answer<Administrator>> };
  "/{customerId}/v1/signin-traces": Get<InCustomer & { query?: TraceQuery }, Page<TraceSummary>>;
  "/{customerId}/v1/signin-traces/{id}": Get<InObject & { query?: { values?: boolean } }, Trace>;
}

/** The client of these operations. */
export const federation = createClient<Paths>(clientOptions);
