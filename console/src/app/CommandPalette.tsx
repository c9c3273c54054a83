import { Button } from "@patternfly/react-core";
import { SearchIcon } from "@patternfly/react-icons";
import { lazy, Suspense, useEffect, useState } from "react";
import { t } from "../i18n";

const PaletteDialog = lazy(() => import("./PaletteDialog"));

/** The search of the masthead: ⌘K or Ctrl-K, type, arrows, Enter. */
export function CommandPalette() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOpen(true);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  return (
    <>
      <Button variant="control" className="cw-search-button" icon={<SearchIcon />} onClick={() => setOpen(true)}>
        <span className="cw-search-text">{t("palette.open")}</span>
        <kbd className="cw-search-keys" aria-hidden>
          {t("palette.keys")}
        </kbd>
      </Button>
      {open && (
        <Suspense>
          <PaletteDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
