import type { IdpCertificate, ServiceProvider } from "./saml";

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
