import { Form } from "@patternfly/react-core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { CertificateFile, IdpCertificate } from "../../../../api/contract/saml";
import type { Preset } from "../../../../api/contract/connections";
import { t } from "../../../../i18n";
import { CertificateFiles } from "../../../../ui/CertificateFiles";
import { SelectField, TextField } from "../../../../ui/Field";
import { bindings, comparisons, contexts, signingModes, yesNo } from "./options";
import type { SamlForm } from "./useSamlForm";

interface Props {
  form: SamlForm;
  certificate: UseMutationResult<IdpCertificate, Error, CertificateFile>;
  /** What the well-known identity provider wants, as hints. */
  preset: Preset | undefined;
}

/** The identity provider's side of the connection, with the recommended defaults (SAM-005, SAM-006). */
export function ConnectionFields({ form, certificate, preset }: Props) {
  const { nickname, settings } = form.values;
  const hint = (name: string) => preset?.hints[name];
  return (
    <Form>
      <TextField
        id="saml-nickname"
        label={t("saml.nickname")}
        help={t("saml.nickname.help")}
        required
        value={nickname}
        error={form.error("nickname")}
        onChange={form.setNickname}
      />
      <TextField
        id="saml-idp-entity"
        label={t("saml.idpEntityId")}
        help={t("saml.idpEntityId.help")}
        required
        value={settings.idpEntityId}
        error={form.error("settings.idpEntityId")}
        placeholder={preset?.entityId}
        note={hint("idpEntityId")}
        onChange={(value) => form.set("idpEntityId", value)}
      />
      <SelectField
        id="saml-sign-request"
        label={t("saml.signAuthnRequest")}
        help={t("saml.signAuthnRequest.help")}
        required
        options={yesNo}
        value={settings.signAuthnRequest ? "yes" : "no"}
        note={hint("signAuthnRequest") ?? t("saml.enforcement")}
        onChange={(value) => form.set("signAuthnRequest", value === "yes")}
      />
      <TextField
        id="saml-sso-url"
        type="url"
        label={t("saml.ssoServiceUrl")}
        help={t("saml.ssoServiceUrl.help")}
        required
        value={settings.ssoServiceUrl}
        error={form.error("settings.ssoServiceUrl")}
        placeholder={preset?.ssoServiceUrl || "https://"}
        note={hint("ssoServiceUrl")}
        onChange={(value) => form.set("ssoServiceUrl", value)}
      />
      <SelectField
        id="saml-sso-binding"
        label={t("saml.ssoBinding")}
        help={t("saml.ssoBinding.help")}
        required
        options={bindings}
        value={settings.ssoBinding}
        error={form.error("settings.ssoBinding")}
        note={hint("ssoBinding")}
        onChange={(value) => form.set("ssoBinding", value)}
      />
      <SelectField
        id="saml-response"
        label={t("saml.responseSigning")}
        help={t("saml.responseSigning.help")}
        required
        options={signingModes}
        value={settings.responseSigning}
        error={form.error("settings.responseSigning")}
        note={hint("responseSigning")}
        onChange={(value) => form.set("responseSigning", value)}
      />
      <CertificateFiles
        id="saml-certificate"
        label={t("saml.certificate")}
        certificates={settings.certificates}
        read={certificate}
        error={form.error("settings.certificates")}
        onChange={(certificates) => form.set("certificates", certificates)}
      />
      <div className="cw-pair">
        <SelectField
          id="saml-context"
          label={t("saml.authnContext")}
          help={t("saml.authnContext.help")}
          required
          options={contexts}
          value={settings.authnContext}
          error={form.error("settings.authnContext")}
          note={hint("authnContext")}
          onChange={(value) => form.set("authnContext", value)}
        />
        <SelectField
          id="saml-comparison"
          label={t("saml.comparison")}
          help={t("saml.comparison.help")}
          required
          options={comparisons}
          value={settings.authnContextComparison}
          error={form.error("settings.authnContextComparison")}
          onChange={(value) => form.set("authnContextComparison", value)}
        />
      </div>
    </Form>
  );
}
