import type { Permission } from "./session";

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
