import { Alert, Form } from "@patternfly/react-core";
import type { Preset } from "../../../../api/contract/connections";
import { t } from "../../../../i18n";
import { SelectField } from "../../../../ui/Field";

interface Props {
  presets: readonly Preset[];
  chosen: Preset | undefined;
  onChoose: (key: string) => void;
}

/** Which identity provider it is. The choice fills the hints of the fields and nothing else (SSO-011). */
export function PresetField({ presets, chosen, onChoose }: Props) {
  return (
    <Form className="cw-values">
      <SelectField
        id="saml-preset"
        label={t("saml.preset")}
        help={t("saml.preset.help")}
        value={chosen?.key ?? ""}
        options={[{ value: "", label: t("saml.preset.none") }, ...presets.map(({ key, name }) => ({ value: key, label: name }))]}
        onChange={onChoose}
      />
      {chosen !== undefined && (
        <Alert
          isInline
          variant={chosen.warnings.length === 0 ? "info" : "warning"}
          title={t("saml.preset.about", { name: chosen.name })}
        >
          {chosen.warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
          <p>{chosen.duplicateEntityIds ? t("saml.preset.duplicates.yes") : t("saml.preset.duplicates.no")}</p>
          {chosen.nameId !== "" && <p>{t("saml.preset.nameId", { format: chosen.nameId })}</p>}
          {chosen.claims.length > 0 && (
            <p className="cw-break">
              {t("saml.preset.claims", { claims: chosen.claims.map(({ name, value }) => (value === "" ? name : `${name} (${value})`)).join(", ") })}
            </p>
          )}
          {chosen.guide !== "" && <p className="cw-break">{t("saml.preset.guide", { guide: chosen.guide })}</p>}
        </Alert>
      )}
    </Form>
  );
}
