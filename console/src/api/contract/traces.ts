import type { SamlBinding } from "./saml";

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
