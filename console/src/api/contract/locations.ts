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
