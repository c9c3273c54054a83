import type { IdentityProvider } from "../../../api/contract/connections";
import { t } from "../../../i18n";
import { ActionsMenu } from "../../../ui/ActionsMenu";

interface Props {
  providers: readonly IdentityProvider[];
  onSaml: () => void;
  onDirectory: () => void;
}

/** "Add an identity provider": the types that have connections, and why one cannot be added now. */
export function AddProviderMenu({ providers, onSaml, onDirectory }: Props) {
  const addable = providers.filter(({ type, status }) => type !== "citrix" && !(type === "ad" && status === "enabled"));
  const actions = addable.map(({ type, displayName, available }) => ({
    label: displayName,
    onClick: type === "ad" ? onDirectory : onSaml,
    disabledReason: type === "ad" || (type === "saml" && available) ? undefined : t("providers.later"),
  }));
  return <ActionsMenu look="primary" label={t("providers.add")} actions={actions} />;
}
