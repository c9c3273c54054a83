import type { Page } from "./answer";
import type { IdentityProviderKey } from "./connections";
import type { Permission } from "./session";

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
