import type { AttributeNames, AuthnContext, SamlBinding, SigningMode } from "../../../../api/contract/saml";
import { t } from "../../../../i18n";

interface Option<V> {
  value: V;
  label: string;
}

export const bindings: readonly Option<SamlBinding>[] = [
  { value: "post", label: t("saml.binding.post") },
  { value: "redirect", label: t("saml.binding.redirect") },
];

export const signingModes: readonly Option<SigningMode>[] = [
  { value: "either", label: t("saml.signing.either") },
  { value: "response", label: t("saml.signing.response") },
  { value: "assertion", label: t("saml.signing.assertion") },
  { value: "both", label: t("saml.signing.both") },
];

export const contexts: readonly Option<AuthnContext>[] = [
  { value: "unspecified", label: t("saml.context.unspecified") },
  { value: "user_name_and_password", label: t("saml.context.user_name_and_password") },
  { value: "x509_cert", label: t("saml.context.x509_cert") },
  { value: "integrated_win_auth", label: t("saml.context.integrated_win_auth") },
  { value: "kerberos", label: t("saml.context.kerberos") },
  { value: "password_protected_transport", label: t("saml.context.password_protected_transport") },
  { value: "tls_client", label: t("saml.context.tls_client") },
];

export const comparisons: readonly Option<"exact" | "minimum">[] = [
  { value: "exact", label: t("saml.comparison.exact") },
  { value: "minimum", label: t("saml.comparison.minimum") },
];

export const yesNo: readonly Option<"yes" | "no">[] = [
  { value: "yes", label: t("value.yes") },
  { value: "no", label: t("value.no") },
];

/** The nine names in the order of the form, with the defaults that an emptied field hints at (SAM-059). */
export const attributes: readonly { name: keyof AttributeNames; label: string; initial: string }[] = [
  { name: "displayName", label: t("saml.attribute.displayName"), initial: "displayName" },
  { name: "givenName", label: t("saml.attribute.givenName"), initial: "firstName" },
  { name: "familyName", label: t("saml.attribute.familyName"), initial: "lastName" },
  { name: "sid", label: t("saml.attribute.sid"), initial: "cip_sid" },
  { name: "upn", label: t("saml.attribute.upn"), initial: "cip_upn" },
  { name: "email", label: t("saml.attribute.email"), initial: "cip_email" },
  { name: "oid", label: t("saml.attribute.oid"), initial: "cip_oid" },
  { name: "forest", label: t("saml.attribute.forest"), initial: "cip_forest" },
  { name: "domain", label: t("saml.attribute.domain"), initial: "cip_domain" },
];

/** The label of a chosen value. */
export function labelOf<V>(options: readonly Option<V>[], value: V): string {
  return options.find((option) => option.value === value)?.label ?? String(value);
}
