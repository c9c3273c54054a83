import { useState } from "react";
import type { MySettings } from "../../../api/contract/profile";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { TextField } from "../../../ui/Field";
import { useSavePhone } from "../queries";
import { FlowForm } from "../../../ui/FlowForm";
import { IdentityGate } from "./IdentityGate";

interface Props {
  settings: MySettings;
  onClose: () => void;
}

/** Changes the recovery phone: identity check, the number twice (IAM-092). */
export function PhoneFlow({ settings, onClose }: Props) {
  return (
    <IdentityGate settings={settings} onClose={onClose}>
      <Numbers onClose={onClose} />
    </IdentityGate>
  );
}

function Numbers({ onClose }: { onClose: () => void }) {
  const [input, setInput] = useState({ phone: "", repeat: "" });
  const [differ, setDiffer] = useState(false);
  const save = useSavePhone();
  const refused = (name: string) => (save.error instanceof ApiError ? save.error.field(name) : undefined);
  const submit = () => {
    const same = input.phone.trim() === input.repeat.trim();
    setDiffer(!same);
    if (same) save.mutate({ phone: input.phone.trim(), repeat: input.repeat.trim() }, { onSuccess: onClose });
  };
  return (
    <FlowForm action={t("profile.phone.save")} busy={save.isPending} error={save.error} fields={["phone", "repeat"]} onSubmit={submit} onClose={onClose}>
      <TextField
        id="profile-phone"
        type="tel"
        autoComplete="tel"
        label={t("profile.phone.number")}
        note={t("profile.phone.note")}
        required
        value={input.phone}
        error={refused("phone")}
        onChange={(phone) => setInput((old) => ({ ...old, phone }))}
      />
      <TextField
        id="profile-phone-repeat"
        type="tel"
        label={t("profile.phone.repeat")}
        required
        value={input.repeat}
        error={differ ? t("profile.phone.differ") : refused("repeat")}
        onChange={(repeat) => setInput((old) => ({ ...old, repeat }))}
      />
    </FlowForm>
  );
}
