import { Alert, Checkbox, Form } from "@patternfly/react-core";
import { t } from "../../../../i18n";
import { TextField } from "../../../../ui/Field";
import { attributes } from "./options";
import type { SamlForm } from "./useSamlForm";

/** The nine attribute names. An emptied name is not read; its default shows as a hint (SAM-059, SAM-192). */
export function AttributeFields({ form }: { form: SamlForm }) {
  const { attributeNames, requireMappedClaims } = form.values.settings;
  return (
    <Form>
      {attributeNames.sid === "" && attributeNames.upn === "" && (
        <Alert isInline variant="warning" title={t("saml.attributes.neither")} />
      )}
      <div className="cw-pair cw-struck">
        {attributes.map(({ name, label, initial }) => (
          <TextField
            key={name}
            id={`saml-attribute-${name}`}
            label={label}
            help={t(`saml.attribute.${name}.help`)}
            value={attributeNames[name]}
            error={form.error(`settings.attributeNames.${name}`)}
            note={
              attributeNames[name] === "" ? (
                <>
                  {t("saml.attributes.blank")} <s>{initial}</s>
                </>
              ) : undefined
            }
            placeholder={initial}
            onChange={(value) => form.setAttribute(name, value)}
          />
        ))}
      </div>
      <Checkbox
        id="saml-require-claims"
        label={t("saml.requireMappedClaims")}
        description={t("saml.requireMappedClaims.help")}
        isChecked={requireMappedClaims}
        onChange={(_, on) => form.set("requireMappedClaims", on)}
      />
    </Form>
  );
}
