import { Dropdown } from "@patternfly/react-core";
import { type ReactNode, useEffect, useState } from "react";
import type { OpenedMenu } from "./LazyMenu";

interface Props extends OpenedMenu {
  /** Takes the value of the chosen item; what it does not take closes the list. */
  onChoose?: (value: string) => boolean;
  children: ReactNode;
}

/** The opened list of a lazy menu; it closes when something is chosen, clicked elsewhere or Escape is pressed. */
export function MenuList({ toggle, onClose, onChoose, children }: Props) {
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(true), []); // a list that is open from the first moment would not find its place
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={(wanted) => !wanted && onClose()}
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
