import type { Administrator, IdentityOption } from "../src/api/contract/administrators";
import type { CertificateState, ExtractedCertificate, IdpCertificate, ServiceProvider } from "../src/api/contract/saml";
import type { Connection, Preset } from "../src/api/contract/connections";
import type { CustomDomain, CustomSaml, CustomServiceProvider, SignInCheck } from "../src/api/contract/customDomain";
import type { ConnectionDraft } from "../src/api/contract/drafts";
import type { Rotation, SigningCertificate } from "../src/api/contract/rotation";
import type { ConnectionTest, SelfTest } from "../src/api/contract/tests";
import * as data from "./data";

const day = 86_400_000;
const at = (days: number) => new Date(Date.now() + days * day).toISOString();
const pem = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUP0x0\n-----END CERTIFICATE-----\n";

export const certificate = (slot: number, state: CertificateState, more: Partial<IdpCertificate> = {}): IdpCertificate => ({
  ...data.certificate, slot, state, commonName: "idp.alpine.example", fileName: slot === 1 ? "publicwildcard.alpine.example.com.cer" : "idp-2026.pem",
  fingerprint: `${slot}`.repeat(64), notAfter: at(state === "expired" ? -3 : 20),
  message: state === "expired" ? "Your certificate has expired. Upload another certificate to continue using this identity provider." : state === "ok" ? "" : "Certificate Expiring Soon: 10/07/25, 12:59 AM",
  ...more,
});

export const connection: Connection = {
  ...data.connection, status: "certificate_expired", adminCapable: true, sendNameIdPolicy: false,
  settings: {
    ...data.connection.settings, acceptEncrypted: true, allowCbc: false, logoutUrl: "https://idp.alpine.example/slo",
    attributeNames: { ...data.connection.settings.attributeNames, oid: "" },
    certificates: [certificate(1, "expired"), certificate(2, "expiringSoon")],
  },
  affected: { answer: "yes", reasons: ["Authentication requests are signed.", "A Logout URL is set."] },
  keyProposals: [
    { id: "prop_1", fingerprint: "9".repeat(64), subject: "CN=idp.alpine.example,O=Alpine", notBefore: at(-1), notAfter: at(700), foundAt: at(-0.2), signedByTrustedKey: false, state: "proposed", decidedAt: null, decidedBy: "" },
    { id: "prop_2", fingerprint: "5".repeat(64), subject: "CN=idp-2024.alpine.example,O=Alpine", notBefore: at(-400), notAfter: at(40), foundAt: at(-90), signedByTrustedKey: false, state: "rejected", decidedAt: at(-80), decidedBy: "Dana Admin" },
  ],
  metadata: {
    url: "https://idp.alpine.example/metadata", refresh: true, lastReadAt: at(-0.04), lastFailure: null,
    differences: [{ field: "ssoServiceUrl", ours: "https://idp.alpine.example/sso", theirs: "https://login.alpine.example/sso" }],
  },
  customDomain: {
    scopedEntityId: true, entityId: "https://saml.causeway.localhost/99320fce-9f78-4461-95a9-3f49b69f0bb4", idpEntityId: "https://idp.alpine.example/app2",
    ssoServiceUrl: "https://idp.alpine.example/app2/sso", logoutUrl: "", certificates: [certificate(1, "ok", { notAfter: at(400) })],
  },
};

export const draft: ConnectionDraft = {
  ...data.draft, clonedFrom: connection.id,
  settings: { ...data.draft.settings, acceptEncrypted: false, allowCbc: false, attributeNames: { ...data.draft.settings.attributeNames, oid: "" } },
  warnings: [{ field: "settings.ssoServiceUrl", code: "sso_idp_initiated", text: "This looks like an address that begins a sign-in at the identity provider.", hint: "Copy the SingleSignOnService address from the metadata." }],
};

export const presets: Preset[] = [
  {
    key: "okta", name: "Okta", entityId: "http://www.okta.com/<oktaSAMLappID>", ssoServiceUrl: "https://<youroktatenant>.okta.com/app/<samlappname>/<samlappID>/sso/saml",
    logoutUrl: "https://<youroktatenant>.okta.com/app/<samlappname>/<samlappID>/slo/saml", nameId: "Unspecified",
    claims: [{ name: "cip_upn", value: "user.cip_upn", needed: true }, { name: "displayName", value: "user.displayName", needed: false }],
    hints: { idpEntityId: "Okta calls it Issuer.", ssoServiceUrl: "Sign on URL in the SAML settings of the application." },
    warnings: ["Okta checks the NameID policy of signed requests: ask the operator for SendNameIDPolicyInSAMLRequest."], duplicateEntityIds: true, guide: "docs/guides/identity-providers/okta.md",
  },
];

const signing = (state: SigningCertificate["state"], n: number): SigningCertificate => ({
  state, commonName: "samlSigning.causeway.localhost", sha1: `${n}30B92C461F6FB85CC62918F88A947E51DB59BAE`.slice(0, 40), sha256: `${n}`.repeat(64),
  notBefore: at(state === "next" ? -10 : -330), notAfter: at(state === "next" ? 388 : 68), activatesAt: state === "next" ? at(35) : null, retiresAt: state === "next" ? null : at(38), pem,
});

export const rotation: Rotation = {
  plan: { status: "Completed", discoveryTime: at(-10), agreementTime: at(-5), advertisementTime: at(-2), activationTime: at(35), completionTime: at(38) },
  certificates: [signing("active", 2), signing("next", 6)],
  connections: [
    { connectionId: connection.id, nickname: connection.nickname, affected: "yes", fetchKnown: true, fetchedNext: true, lastFetch: { at: at(-0.1), address: "192.0.2.44", userAgent: "AD FS 5.0 metadata monitor" }, nextKeyTest: { at: at(-0.05), ok: true, code: "" } },
    { connectionId: "idp_2", nickname: "Alpine guests", affected: "probablyNot", fetchKnown: false, fetchedNext: false, lastFetch: null, nextKeyTest: null },
  ],
};

export const extracted: ExtractedCertificate = {
  usage: "SAML SP signing", authorityInfoAccess: "", basicConstraints: "CA=FALSE", crlDistributionUri: "", extendedKeyUsage: "", issuer: "CN=samlSigning.causeway.localhost",
  keyUsage: "Digital Signature", publicKey: "RSA (2048 bits)", publicKeyHex: "3082010a0282010100c1".repeat(6), serialNumberHex: "3f4c74aa", signatureAlgorithm: "SHA256withRSA",
  subject: "CN=samlSigning.causeway.localhost", subjectAlternative: "dns: samlSigning.causeway.localhost", thumbprint: "630B92C461F6FB85CC62918F88A947E51DB59BAE", thumbprintAlgorithm: "RSA-SHA1",
  validFrom: "2026-01-01T00:00:00.000Z", validTo: "2027-02-03T00:00:00.000Z", version: "3", pem,
};

export const customDomain: CustomDomain = { host: "workspaces.alpine.example", tls: "upload", state: "provisioning", reason: "The certificate is being checked.", certificate: { subject: "CN=workspaces.alpine.example", notAfter: at(80) },
  url: "https://workspaces.alpine.example", proof: { type: "TXT", name: "_causeway.workspaces.alpine.example", value: "causeway-domain=k7q9m2x4vb1p5ns8" },
};

export const customSaml: CustomSaml = {
  mode: "both", idpEntityId: "https://idp.alpine.example/app2", ssoServiceUrl: "https://idp.alpine.example/app2/sso", logoutUrl: "", scopedEntityId: true,
  certificates: [certificate(1, "ok", { notAfter: at(400) })],
  serviceProvider: {
    entityId: "https://saml.causeway.localhost/99320fce-9f78-4461-95a9-3f49b69f0bb4", acsUrl: "https://workspaces.alpine.example/saml/acs",
    logoutUrl: "https://workspaces.alpine.example/saml/logout/callback", metadataUrl: "https://workspaces.alpine.example/saml/metadata/99320fce-9f78-4461-95a9-3f49b69f0bb4",
  },
};

const customAddresses: ServiceProvider = {
  entityId: "https://saml.causeway.localhost", acsUrl: "https://workspaces.alpine.example/saml/acs", logoutUrl: "https://workspaces.alpine.example/saml/logout/callback",
  metadataUrl: "https://workspaces.alpine.example/saml/metadata",
};

export const customServiceProvider: CustomServiceProvider = {
  both: customAddresses, customOnly: customAddresses, signInUrl: data.connection.signInUrl, acsUrl: data.connection.standardAcsUrl,
};

export const checks: SignInCheck[] = [
  { kind: "workspaceUrl", url: "https://alpine.workspace.causeway.localhost/", ok: true, destination: "https://idp.alpine.example/sso", acsUrl: "https://saml.causeway.localhost/saml/acs", detail: "", hint: "" },
  { kind: "customDomain", url: "https://workspaces.alpine.example", ok: false, destination: "", acsUrl: "", detail: "Nobody can sign in by SAML at the custom domain yet.", hint: "Wait until the domain is active, and set up SAML for it." },
  { kind: "goUrl", url: data.connection.signInUrl, ok: true, destination: "https://idp.alpine.example/sso", acsUrl: "https://saml.causeway.localhost/saml/acs", detail: "", hint: "" },
];

export const options: IdentityOption[] = [
  { type: "citrix", label: "Causeway Identity", available: true, reason: "" },
  { type: "ad", label: "Active Directory", available: true, reason: "" },
];

export const administrators: Administrator[] = [
  ...data.administrators,
  { ...(data.administrators[0] as Administrator), id: "adm_ad", type: "adGroup", displayName: "Cloud Admins", email: "", you: false, identityProvider: "ad", domain: "corp.alpine.example", sid: "S-1-5-21-1-2-3-1200" },
];

export const test: ConnectionTest = {
  state: "failed", startedAt: at(0), transactionId: "txn_7k2mq9x4vb",
  signatures: [
    { element: "Response", present: false, verified: false, algorithm: "", certificate: "", code: "", detail: "" },
    { element: "Assertion", present: true, verified: true, algorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", certificate: "2".repeat(64), code: "", detail: "" },
  ],
  rawClaims: [{ name: "cip_upn", nameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic", values: ["dana@corp.alpine.example"], encrypted: false }, { name: "Groups", nameFormat: "", values: ["Sales", "Everybody"], encrypted: true }],
  mapped: [{ claim: "upn", attribute: "cip_upn", value: "dana@corp.alpine.example", source: "assertion", code: "", detail: "" }, { claim: "sid", attribute: "cip_sid", value: "S-1-5-21-1-2-3-1104", source: "connector", code: "", detail: "" }],
  steps: [
    { time: at(0), step: "signature", title: "The signature is checked", status: "passed", detail: "Under the certificate in slot 2." },
    { time: at(0), step: "audience", title: "The audience is checked", status: "failed", detail: "https://saml.causeway.localhost was expected." },
    { time: at(0), step: "directory", title: "The account is looked up", status: "not_done", detail: "" },
  ],
  refusals: [{ code: "audience", detail: "The assertion is meant for another service.", hint: "Enter our entity ID at the identity provider, or switch the scoped one off.", setting: "scopedEntityId" }],
  messageXml: `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.alpine.example</saml:Issuer></samlp:Response>`,
};

export const selfTest: SelfTest = {
  passed: true,
  items: [
    { name: "xsw1", title: "Forged response around the genuine one, which stands in its signature", group: "wrapping", expected: "saml_signature_shape", expectedText: "The signature does not have the expected shape.", got: "saml_signature_shape", gotText: "The signature does not have the expected shape.", ok: true },
    { name: "second root", title: "", group: "reading", expected: "saml_ill_formed", expectedText: "The message is not well-formed XML.", got: "saml_ill_formed", gotText: "The message is not well-formed XML.", ok: true },
    { name: "signed response", title: "", group: "twin", expected: "accepted", expectedText: "It is accepted.", got: "accepted", gotText: "It is accepted.", ok: true },
  ],
};
