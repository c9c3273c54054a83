import { Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import { useState } from "react";
import type { IdentityProvider } from "../../../api/contract";
import { t } from "../../../i18n";

interface Props {
  providers: readonly IdentityProvider[];
  onSaml: () => void;
  onDirectory: () => void;
}

/** "Add an identity provider": the types that have connections, and why one cannot be added now. */
export function AddProviderMenu({ providers, onSaml, onDirectory }: Props) {
  const [open, setOpen] = useState(false);
  const addable = providers.filter(({ type, status }) => type !== "citrix" && !(type === "ad" && status === "enabled"));
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: "right" }}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="primary" isExpanded={open} onClick={() => setOpen(!open)}>
          {t("providers.add")}
        </MenuToggle>
      )}
    >
      <DropdownList>
        {addable.map(({ type, displayName, available }) => {
          const possible = type === "ad" || (type === "saml" && available);
          return (
            <DropdownItem
              key={type}
              isAriaDisabled={!possible}
              description={possible ? undefined : t("providers.later")}
              onClick={type === "ad" ? onDirectory : onSaml}
            >
              {displayName}
            </DropdownItem>
          );
        })}
      </DropdownList>
    </Dropdown>
  );
}
