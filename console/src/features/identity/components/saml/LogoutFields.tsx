import { Form } from "@patternfly/react-core";
import type { Preset } from "../../../../api/contract/connections";
import { t } from "../../../../i18n";
import { SelectField, TextField } from "../../../../ui/Field";
import { bindings, yesNo } from "./options";
import type { SamlForm } from "./useSamlForm";

/** Logout at the identity provider; binding and signing are asked only with a URL (SAM-112). */
export function LogoutFields({ form, preset }: { form: SamlForm; preset: Preset | undefined }) {
  const { settings } = form.values;
  return (
    <Form>
      <TextField
        id="saml-logout-url"
        type="url"
        label={t("saml.logoutUrl")}
        help={t("saml.logoutUrl.help")}
        value={settings.logoutUrl}
        error={form.error("settings.logoutUrl")}
        placeholder={preset?.logoutUrl || "https://"}
        note={preset?.hints["logoutUrl"]}
        onChange={(value) => form.set("logoutUrl", value)}
      />
      {settings.logoutUrl !== "" && (
        <div className="cw-pair">
          <SelectField
            id="saml-slo-binding"
            label={t("saml.sloBinding")}
            help={t("saml.sloBinding.help")}
            options={bindings}
            value={settings.sloBinding}
            error={form.error("settings.sloBinding")}
            onChange={(value) => form.set("sloBinding", value)}
          />
          <SelectField
            id="saml-sign-logout"
            label={t("saml.signLogoutRequest")}
            help={t("saml.signLogoutRequest.help")}
            options={yesNo}
            value={settings.signLogoutRequest ? "yes" : "no"}
            onChange={(value) => form.set("signLogoutRequest", value === "yes")}
          />
        </div>
      )}
    </Form>
  );
}
