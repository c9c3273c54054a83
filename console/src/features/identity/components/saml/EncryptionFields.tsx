import { Checkbox, Form } from "@patternfly/react-core";
import { t } from "../../../../i18n";
import { Field } from "../../../../ui/Field";
import type { SamlForm } from "./useSamlForm";

/** Whether encrypted assertions are taken. Our key stands in scoped metadata only, so that nobody encrypts unasked. */
export function EncryptionFields({ form, scoped }: { form: SamlForm; scoped: boolean }) {
  const { acceptEncrypted, allowCbc } = form.values.settings;
  return (
    <Form>
      <Field id="saml-encrypted" label={t("saml.encryption")} help={t("saml.encryption.help")} error={form.error("settings.acceptEncrypted") ?? form.error("settings.allowCbc")}>
        <Checkbox
          id="saml-encryption"
          label={t("saml.acceptEncrypted")}
          description={scoped ? t("saml.acceptEncrypted.help") : t("saml.acceptEncrypted.scope")}
          isChecked={acceptEncrypted}
          isDisabled={!scoped && !acceptEncrypted}
          onChange={(_, on) => {
            form.set("acceptEncrypted", on);
            if (!on) form.set("allowCbc", false);
          }}
        />
        <Checkbox
          id="saml-cbc"
          className="cw-gap"
          label={t("saml.allowCbc")}
          description={t("saml.allowCbc.help")}
          isChecked={allowCbc}
          isDisabled={!acceptEncrypted}
          onChange={(_, on) => form.set("allowCbc", on)}
        />
      </Field>
    </Form>
  );
}
