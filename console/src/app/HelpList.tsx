import { DropdownItem, DropdownList } from "@patternfly/react-core";
import { useState } from "react";
import { useAllowed, useMe } from "../api/customer";
import { t } from "../i18n";
import type { OpenedMenu } from "./LazyMenu";
import { MenuList } from "./MenuList";
import { ShortcutsDialog } from "./ShortcutsDialog";

/** Links to what this installation has; an address that it does not have is left out. The operator sets the one of support (PLT-106). */
export default function HelpList(opened: OpenedMenu) {
  const { links, supportUrl } = useMe();
  const maySupport = useAllowed("support_tickets");
  const [shortcuts, setShortcuts] = useState(false);
  const targets = [
    { label: t("help.documentation"), url: links.documentation },
    { label: t("help.status"), url: links.status },
    { label: t("help.support"), url: maySupport ? supportUrl : "" },
    { label: t("help.api"), url: links.api === "" ? "" : `${links.api}/openapi.json` },
  ].filter(({ url }) => url !== "");

  if (shortcuts) return <ShortcutsDialog onClose={opened.onClose} />;
  return (
    <MenuList
      {...opened}
      onChoose={(value) => {
        setShortcuts(value === "shortcuts");
        return value === "shortcuts";
      }}
    >
      <DropdownList>
        {targets.map(({ label, url }) => (
          <DropdownItem key={label} to={url} target="_blank" rel="noreferrer" isExternalLink>
            {label}
          </DropdownItem>
        ))}
        <DropdownItem value="shortcuts">{t("help.shortcuts")}</DropdownItem>
      </DropdownList>
    </MenuList>
  );
}
