import type { DraftWarning } from "./drafts";
import type { IdpCertificate, SamlSettings, ServiceProvider } from "./saml";

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
