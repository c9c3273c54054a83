import { Dropdown, DropdownList, MenuItem, MenuToggle } from "@patternfly/react-core";
import { ColumnsIcon } from "@patternfly/react-icons";
import { useState } from "react";
import { t } from "../i18n";
import { useSearchState } from "./useSearchState";

/** The columns of a table that the reader wants to see, in their order. */
export interface Columns<K extends string> {
  keys: readonly K[];
  shown: readonly K[];
  show: (key: K, shown: boolean) => void;
}

/** Keeps the choice in the address, `?columns=name,email`, unless it is the initial one. */
export function useColumns<K extends string>(keys: readonly K[], initial: readonly K[] = keys): Columns<K> {
  const usual = initial.join(",");
  const [value, setValue] = useSearchState("columns", usual);
  const names = value.split(",");
  const known = keys.filter((key) => names.includes(key));
  const shown = known.length > 0 ? known : initial;
  return { keys, shown, show: (key, on) => setValue(keys.filter((each) => (each === key ? on : shown.includes(each))).join(",")) };
}

interface Props<K extends string> {
  columns: Columns<K>;
  label: (key: K) => string;
}

/** The menu that shows and hides the columns of a table. The last one stays: a table without columns says nothing. */
export function ColumnChoice<K extends string>({ columns: { keys, shown, show }, label }: Props<K>) {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      popperProps={{ position: "right" }}
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={open} onClick={() => setOpen(!open)} icon={<ColumnsIcon />}>
          {t("columns.title")}
        </MenuToggle>
      )}
    >
      <DropdownList aria-label={t("columns.title")}>
        {keys.map((key) => {
          const on = shown.includes(key);
          return (
            <MenuItem key={key} hasCheckbox isSelected={on} isDisabled={on && shown.length === 1} onClick={() => show(key, !on)}>
              {label(key)}
            </MenuItem>
          );
        })}
      </DropdownList>
    </Dropdown>
  );
}
