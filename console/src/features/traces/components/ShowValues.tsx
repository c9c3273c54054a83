import { Content, Switch } from "@patternfly/react-core";
import { t } from "../../../i18n";

interface Props {
  shown: boolean;
  onChange: (shown: boolean) => void;
}

/** The values of names and claims are masked until somebody asks for them, which leaves a record in the System Log. */
export function ShowValues({ shown, onChange }: Props) {
  return (
    <>
      <Switch id="trace-values" label={t("traces.values")} isChecked={shown} onChange={(_, on) => onChange(on)} />
      <Content component="small">{t("traces.values.note")}</Content>
    </>
  );
}
