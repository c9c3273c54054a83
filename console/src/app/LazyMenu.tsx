import { MenuToggle, type MenuToggleProps } from "@patternfly/react-core";
import { type ComponentType, lazy, type RefObject, Suspense, useRef, useState } from "react";

/** What the opened part of a menu is given. */
export interface OpenedMenu {
  /** The button that opened it: where the list is placed and where focus goes back to. */
  toggle: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
}

/** A list that is loaded when somebody is about to open it: neither the lists nor what places them is part of the first load. */
export function lazyMenu(load: () => Promise<{ default: ComponentType<OpenedMenu> }>) {
  const List = lazy(load);
  const ahead = () => void load();

  return function LazyMenu(props: Omit<MenuToggleProps, "ref">) {
    const [open, setOpen] = useState(false);
    const toggle = useRef<HTMLButtonElement | null>(null);
    return (
      <>
        <MenuToggle {...props} ref={toggle} isExpanded={open} aria-haspopup="menu" onPointerEnter={ahead} onFocus={ahead} onClick={() => setOpen(!open)} />
        {open && (
          <Suspense>
            <List toggle={toggle} onClose={() => setOpen(false)} />
          </Suspense>
        )}
      </>
    );
  };
}
