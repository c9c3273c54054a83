/** Elements of the form "Configure SAML" by the setting that they edit. */
const ids: Readonly<Record<string, string>> = {
  idpEntityId: "saml-idp-entity",
  ssoServiceUrl: "saml-sso-url",
  ssoBinding: "saml-sso-binding",
  signAuthnRequest: "saml-sign-request",
  responseSigning: "saml-response",
  certificates: "saml-certificate-browse-button",
  authnContext: "saml-context",
  authnContextComparison: "saml-comparison",
  scopedEntityId: "saml-scoped",
  logoutUrl: "saml-logout-url",
  sloBinding: "saml-slo-binding",
  signLogoutRequest: "saml-sign-logout",
  acceptEncrypted: "saml-encryption",
  allowCbc: "saml-cbc",
  requireMappedClaims: "saml-require-claims",
};

/** Moves to the field of a setting, once the dialog that named it is gone. */
export function focusSetting(setting: string): void {
  const path = setting.replace(/^settings\./, "");
  const id = ids[path] ?? `saml-attribute-${path.replace(/^attributeNames\./, "")}`;
  requestAnimationFrame(() => {
    const field = document.getElementById(id);
    field?.focus();
    field?.scrollIntoView?.({ block: "center" }); // absent in environments without layout
  });
}
