import { Dropdown } from "@patternfly/react-core";
import type { ReactNode } from "react";
import type { OpenedMenu } from "./LazyMenu";

interface Props extends OpenedMenu {
  /** Takes the value of the chosen item; what it does not take closes the list. */
  onChoose?: (value: string) => boolean;
  children: ReactNode;
}

/** The opened list of a lazy menu; it closes when something is chosen, clicked elsewhere or Escape is pressed. */
export function MenuList({ toggle, onClose, onChoose, children }: Props) {
  return (
    <Dropdown
      isOpen
      onOpenChange={(open) => !open && onClose()}
      onSelect={(_, value) => {
        if (onChoose?.(String(value)) !== true) onClose();
      }}
      toggle={{ toggleNode: null, toggleRef: toggle }}
      popperProps={{ position: "right" }}
    >
      {children}
    </Dropdown>
  );
}
