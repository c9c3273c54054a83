import { Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import { EllipsisVIcon } from "@patternfly/react-icons";
import { useState } from "react";

export interface Action {
  label: string;
  onClick: () => void;
  danger?: boolean;
  /** Why the action cannot be used now. */
  disabledReason?: string | undefined;
}

interface Props {
  label: string;
  actions: readonly Action[];
  /** What opens it; "…" unless the page's main action is a choice, whose label stands on its button. */
  look?: "plain" | "primary";
}

/** The "…" menu of a row or card, or the choice of a page. */
export function ActionsMenu({ label, actions, look = "plain" }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: "right" }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant={look}
          isExpanded={open}
          onClick={() => setOpen(!open)}
          {...(look === "plain" ? { "aria-label": label, icon: <EllipsisVIcon /> } : { children: label })}
        />
      )}
    >
      <DropdownList>
        {actions.map((action) => (
          <DropdownItem
            key={action.label}
            onClick={action.onClick}
            isDanger={action.danger ?? false}
            isAriaDisabled={action.disabledReason !== undefined}
            description={action.disabledReason}
          >
            {action.label}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
