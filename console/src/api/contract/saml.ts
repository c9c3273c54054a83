export type SamlBinding = "post" | "redirect";

export type SigningMode = "either" | "response" | "assertion" | "both";

export type AuthnContext =
  | "unspecified"
  | "user_name_and_password"
  | "x509_cert"
  | "integrated_win_auth"
  | "kerberos"
  | "password_protected_transport"
  | "tls_client";

export interface SamlSettings {
  scopedEntityId: boolean;
  idpEntityId: string;
  signAuthnRequest: boolean;
  ssoServiceUrl: string;
  ssoBinding: SamlBinding;
  responseSigning: SigningMode;
  certificates: IdpCertificate[];
  authnContext: AuthnContext;
  authnContextComparison: "exact" | "minimum";
  /** "" = sign-out ends only the local session. */
  logoutUrl: string;
  /** The two that follow matter only with a logout URL. */
  sloBinding: SamlBinding;
  signLogoutRequest: boolean;
  attributeNames: AttributeNames;
  /** Refuse an assertion that lacks one of the named cip_ claims, even if the directory could fill it. */
  requireMappedClaims: boolean;
  /** "" unless the metadata came from a URL. */
  metadataUrl: string;
  /** Read the metadata URL regularly; new keys are proposed, never taken over silently. */
  metadataRefresh: boolean;
  /** Take encrypted assertions; needs a scoped entity ID, whose metadata holds our encryption key. */
  acceptEncrypted: boolean;
  /** Take AES in CBC mode, too; only with acceptEncrypted and a signed response. */
  allowCbc: boolean;
}

/** Names of SAML attributes; "" = the claim is not read. */
export interface AttributeNames {
  displayName: string;
  givenName: string;
  familyName: string;
  sid: string;
  upn: string;
  email: string;
  oid: string;
  forest: string;
  domain: string;
}

export interface IdpCertificate {
  fileName: string;
  /** PEM text. */
  pem: string;
  subject: string;
  notBefore: string;
  notAfter: string;
  /** SHA-256 of the certificate, lower-case hex. */
  fingerprint: string;
  /** 1 or 2; 0 for one that is in no slot. */
  slot: number;
  commonName: string;
  state: CertificateState;
  /** What to tell about the state; "" while there is nothing to tell. */
  message: string;
}

export type CertificateState = "ok" | "expiringSoon" | "expired" | "notYetValid";

/** What the identity provider's application needs to know about us. */
export interface ServiceProvider {
  entityId: string;
  acsUrl: string;
  logoutUrl: string;
  /** Public; with a scoped entity ID the URL names it. */
  metadataUrl: string;
}

/** `POST …/connection-drafts/{id}/certificates`, `POST …/workspace/custom-domain/saml/certificates`: reads one certificate file; stores nothing. Answers {@link IdpCertificate}. */
export interface CertificateFile {
  fileName: string;
  /** Base64 of the file's bytes. */
  content: string;
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
