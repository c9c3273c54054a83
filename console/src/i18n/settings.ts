import { type PlainKey, t } from "./index";

const labels: Readonly<Record<string, PlainKey>> = {
  idpEntityId: "saml.idpEntityId",
  ssoServiceUrl: "saml.ssoServiceUrl",
  ssoBinding: "saml.ssoBinding",
  signAuthnRequest: "saml.signAuthnRequest",
  responseSigning: "saml.responseSigning",
  certificates: "saml.certificate",
  authnContext: "saml.authnContext",
  authnContextComparison: "saml.comparison",
  scopedEntityId: "saml.scoped",
  logoutUrl: "saml.logoutUrl",
  sloBinding: "saml.sloBinding",
  signLogoutRequest: "saml.signLogoutRequest",
  acceptEncrypted: "saml.acceptEncrypted",
  allowCbc: "saml.allowCbc",
  metadataUrl: "saml.metadataUrl",
  metadataRefresh: "saml.metadataRefresh",
  nickname: "saml.nickname",
  requireMappedClaims: "saml.requireMappedClaims",
  attributeNames: "saml.section.attributes",
  "attributeNames.displayName": "saml.attribute.displayName",
  "attributeNames.givenName": "saml.attribute.givenName",
  "attributeNames.familyName": "saml.attribute.familyName",
  "attributeNames.sid": "saml.attribute.sid",
  "attributeNames.upn": "saml.attribute.upn",
  "attributeNames.email": "saml.attribute.email",
  "attributeNames.oid": "saml.attribute.oid",
  "attributeNames.forest": "saml.attribute.forest",
  "attributeNames.domain": "saml.attribute.domain",
};

/** The name of a setting as the form shows it; a path that this console does not know is shown as it is. */
export function settingLabel(path: string): string {
  const key = labels[path];
  return key === undefined ? path : t(key);
}

const claims: Readonly<Record<string, PlainKey>> = {
  displayName: "claim.displayName",
  givenName: "claim.givenName",
  familyName: "claim.familyName",
  sid: "claim.sid",
  upn: "claim.upn",
  email: "claim.email",
  oid: "claim.oid",
  forest: "claim.forest",
  domain: "claim.domain",
};

/** The name of a claim as the form has it. */
export function claimLabel(name: string): string {
  const key = claims[name];
  return key === undefined ? name : t(key);
}

/** "RSA with SHA-256" of the identifier of a signature algorithm; "" = not one with such a name. */
export function algorithmName(uri: string): string {
  const found = /#(rsa|ecdsa|dsa|hmac)-(sha|md)(\d+)$/.exec(uri);
  if (found === null) return "";
  const [, key = "", hash = "", bits = ""] = found;
  return t("bench.algorithm.name", { key: key.toUpperCase(), hash: `${hash.toUpperCase()}${hash === "sha" ? "-" : ""}${bits}` });
}
