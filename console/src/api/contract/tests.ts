import type { TestClaim } from "./drafts";
import type { TraceStep } from "./traces";

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
