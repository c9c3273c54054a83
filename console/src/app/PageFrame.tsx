import "@patternfly/patternfly/components/Page/page.css";
import { PageContextProvider, pageContextDefaults, PageSidebar, PageSidebarBody, SkipToContent } from "@patternfly/react-core";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { t } from "../i18n";
import { mainId } from "../ui/landmarks";

/** The window is wide enough for the navigation beside the page. */
const wide = () => window.matchMedia("(min-width: 75rem)");

function onWidth(changed: () => void): () => void {
  const query = wide();
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

interface Props {
  masthead: ReactNode;
  navigation: ReactNode;
  children: ReactNode;
}

/**
 * Masthead, navigation and page in PatternFly's layout. Its own Page component is not used: it brings a drawer, a focus trap and a
 * popper into the first load of every window, and the console opens its drawer only when asked.
 */
export function PageFrame({ masthead, navigation, children }: Props) {
  const isMobile = !useSyncExternalStore(onWidth, () => wide().matches);
  const [shown, setShown] = useState({ beside: true, above: false });
  const place = isMobile ? "above" : "beside";
  const context = {
    ...pageContextDefaults,
    isManagedSidebar: true,
    isMobile,
    isSidebarOpen: shown[place],
    onSidebarToggle: () => setShown((old) => ({ ...old, [place]: !old[place] })),
  };
  const leaveNavigation = () => setShown((old) => (old.above ? { ...old, above: false } : old));

  return (
    <PageContextProvider value={context}>
      <div className="pf-v6-c-page">
        <SkipToContent href={`#${mainId}`}>{t("shell.skip")}</SkipToContent>
        {masthead}
        <PageSidebar
          inert={!context.isSidebarOpen}
          onClick={(event) => event.target instanceof Element && event.target.closest("a") !== null && leaveNavigation()}
        >
          <PageSidebarBody>{navigation}</PageSidebarBody>
        </PageSidebar>
        <div className="pf-v6-c-page__main-container">
          <main id={mainId} className="pf-v6-c-page__main" tabIndex={0} aria-label={t("shell.main")} onPointerDown={leaveNavigation}>
            {children}
          </main>
        </div>
      </div>
    </PageContextProvider>
  );
}
