import { Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import { QuestionCircleIcon } from "@patternfly/react-icons";
import { lazy, Suspense, useState } from "react";
import { useMe } from "../api/customer";
import { t } from "../i18n";

const ShortcutsDialog = lazy(() => import("./ShortcutsDialog"));

/** Links to what this installation has; an address that it does not have is left out. */
export function HelpMenu() {
  const { links } = useMe();
  const [open, setOpen] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const targets = [
    { label: t("help.documentation"), url: links.documentation },
    { label: t("help.status"), url: links.status },
    { label: t("help.api"), url: links.api === "" ? "" : `${links.api}/openapi.json` },
  ].filter(({ url }) => url !== "");

  return (
    <>
      <Dropdown
        isOpen={open}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        popperProps={{ position: "right" }}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            variant="plain"
            aria-label={t("help.title")}
            isExpanded={open}
            onClick={() => setOpen(!open)}
            icon={<QuestionCircleIcon />}
          />
        )}
      >
        <DropdownList>
          {targets.map(({ label, url }) => (
            <DropdownItem key={label} to={url} target="_blank" rel="noreferrer" isExternalLink>
              {label}
            </DropdownItem>
          ))}
          <DropdownItem onClick={() => setShortcuts(true)}>{t("help.shortcuts")}</DropdownItem>
        </DropdownList>
      </Dropdown>
      {shortcuts && (
        <Suspense>
          <ShortcutsDialog onClose={() => setShortcuts(false)} />
        </Suspense>
      )}
    </>
  );
}
