import { DropdownItem, DropdownList } from "@patternfly/react-core";
import { t } from "../i18n";
import type { OpenedMenu } from "./LazyMenu";
import { MenuList } from "./MenuList";
import { themes, useTheme } from "./theme";

export default function ThemeList(opened: OpenedMenu) {
  const [theme, choose] = useTheme();
  return (
    <MenuList {...opened}>
      <DropdownList>
        {themes.map((each) => (
          <DropdownItem key={each} isSelected={each === theme} onClick={() => choose(each)}>
            {t(`theme.${each}`)}
          </DropdownItem>
        ))}
      </DropdownList>
    </MenuList>
  );
}
