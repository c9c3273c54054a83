import { type ReactNode, useState } from "react";
import type { MySettings } from "../../../api/contract/profile";
import { isChecked } from "../../../api/identityCheck";
import { AskAgain } from "../../../ui/askAgain";
import { IdentityStep } from "../../../ui/IdentityStep";

interface Props {
  settings: MySettings;
  onClose: () => void;
  children: ReactNode;
}

/** Asks who is there before a change to how one signs in; once, for as long as the server remembers it (IAM-088). */
export function IdentityGate({ settings, onClose, children }: Props) {
  const [checked, setChecked] = useState(() => isChecked(settings));
  if (checked) return <AskAgain value={() => setChecked(false)}>{children}</AskAgain>;
  return <IdentityStep settings={settings} onClose={onClose} onChecked={() => setChecked(true)} />;
}
