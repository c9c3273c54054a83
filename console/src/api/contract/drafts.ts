import type { SamlSettings, ServiceProvider } from "./saml";

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
