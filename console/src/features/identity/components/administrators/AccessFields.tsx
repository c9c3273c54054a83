import { Checkbox, Content, FormFieldGroup, FormFieldGroupHeader, Radio, SearchInput } from "@patternfly/react-core";
import { useState } from "react";
import type { InvitationInput } from "../../../../api/contract/administrators";
import type { Permission } from "../../../../api/contract/session";
import { t } from "../../../../i18n";
import { Field } from "../../../../ui/Field";
import { grantable } from "./invitation";

interface Props {
  input: InvitationInput;
  onChange: (change: Partial<InvitationInput>) => void;
  error: string | undefined;
}

/** Full or custom access; the permissions are found by their title while typing (IAM-052, IAM-066). */
export function AccessFields({ input, onChange, error }: Props) {
  const [search, setSearch] = useState("");
  const found = grantable.filter((permission) => t(`permission.${permission}`).toLowerCase().includes(search.trim().toLowerCase()));
  const toggle = (permission: Permission, on: boolean) =>
    onChange({ permissions: on ? [...input.permissions, permission] : input.permissions.filter((each) => each !== permission) });

  return (
    <>
      <Field id="invite-access" label={t("invite.access")} error={error}>
        {(["full", "custom"] as const).map((access) => (
          <Radio
            key={access}
            id={`invite-${access}`}
            name="invite-access"
            className="cw-choice"
            label={t(`invite.${access}`)}
            description={t(`invite.${access}.body`)}
            isChecked={input.access === access}
            onChange={() => onChange({ access })}
          />
        ))}
      </Field>
      {input.access === "custom" && (
        <FormFieldGroup header={<FormFieldGroupHeader titleText={{ text: t("invite.permissions"), id: "invite-permissions" }} />}>
          <SearchInput
            aria-label={t("invite.permissions.search")}
            placeholder={t("invite.permissions.search")}
            value={search}
            onChange={(_, value) => setSearch(value)}
            onClear={() => setSearch("")}
          />
          {found.map((permission) => (
            <Checkbox
              key={permission}
              id={`invite-${permission}`}
              label={t(`permission.${permission}`)}
              isChecked={input.permissions.includes(permission)}
              onChange={(_, on) => toggle(permission, on)}
            />
          ))}
          {found.length === 0 && <Content component="p">{t("invite.permissions.none")}</Content>}
        </FormFieldGroup>
      )}
    </>
  );
}
