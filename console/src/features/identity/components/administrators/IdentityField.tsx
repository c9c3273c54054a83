import { Radio } from "@patternfly/react-core";
import type { IdentityOption } from "../../../../api/federation";
import { t } from "../../../../i18n";
import { Field } from "../../../../ui/Field";
import { useIdentityOptions } from "../../administratorQueries";

interface Props {
  value: IdentityOption["type"];
  onChange: (type: IdentityOption["type"]) => void;
}

const builtIn: IdentityOption = { type: "citrix", label: t("provider.citrix"), available: true, reason: "" };

/** Where the administrator comes from; what is not possible says why (SAM-027, IAM-096). */
export function IdentityField({ value, onChange }: Props) {
  const options = useIdentityOptions().data?.items ?? [builtIn];
  return (
    <Field id="invite-provider" label={t("invite.provider")} note={t("invite.provider.note")}>
      {options.map(({ type, label, available, reason }) => (
        <Radio
          key={type}
          id={`invite-provider-${type}`}
          className="cw-choice"
          name="invite-provider"
          label={label}
          description={reason === "" ? undefined : reason}
          isDisabled={!available}
          isChecked={type === value}
          onChange={() => onChange(type)}
        />
      ))}
    </Field>
  );
}
