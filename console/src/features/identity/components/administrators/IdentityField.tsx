import { Radio } from "@patternfly/react-core";
import type { IdentityOption } from "../../../../api/contract/administrators";
import { t } from "../../../../i18n";
import { Field } from "../../../../ui/Field";
import { useIdentityOptions } from "../../administratorQueries";

interface Props {
  value: IdentityOption["type"];
  onChange: (type: IdentityOption["type"]) => void;
}

const builtIn: IdentityOption = { type: "citrix", label: t("provider.citrix"), available: true, reason: "" };

/** Where the administrator comes from. What is not possible is not offered, and a line says why (SAM-027, IAM-096). */
export function IdentityField({ value, onChange }: Props) {
  const options = useIdentityOptions().data?.items ?? [builtIn];
  const missing = options.filter(({ available }) => !available).map(({ label, reason }) => `${label}: ${reason}`);
  return (
    <Field id="invite-provider" label={t("invite.provider")} note={[t("invite.provider.note"), ...missing].join(" ")}>
      {options.filter(({ available }) => available).map(({ type, label }) => (
        <Radio
          key={type}
          id={`invite-provider-${type}`}
          className="cw-choice"
          name="invite-provider"
          label={label}
          isChecked={type === value}
          onChange={() => onChange(type)}
        />
      ))}
    </Field>
  );
}
