import { Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import { AdjustIcon } from "@patternfly/react-icons";
import { useState } from "react";
import { t } from "../i18n";
import { themes, useTheme } from "./theme";

export function ThemeMenu() {
  const [open, setOpen] = useState(false);
  const [theme, choose] = useTheme();
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: "right" }}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="plain" aria-label={t("theme.title")} isExpanded={open} onClick={() => setOpen(!open)} icon={<AdjustIcon />} />
      )}
    >
      <DropdownList>
        {themes.map((each) => (
          <DropdownItem key={each} isSelected={each === theme} onClick={() => choose(each)}>
            {t(`theme.${each}`)}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
