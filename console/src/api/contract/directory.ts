import type { NameRef } from "./answer";
import type { Connector } from "./locations";

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
