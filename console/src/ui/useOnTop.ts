import { useEffect } from "react";

/**
 * Keeps a dialog that stands above another one readable: whenever the lower one is drawn anew, PatternFly hides everything beside it
 * from screen readers. To be used inside of the dialog, whose title has the ID.
 */
export function useOnTop(titleId: string): void {
  useEffect(() => {
    const dialog = document.getElementById(titleId)?.closest(".pf-v6-c-backdrop");
    if (!dialog) return undefined;
    const show = () => dialog.removeAttribute("aria-hidden");
    const watch = new MutationObserver(show);
    watch.observe(dialog, { attributes: true, attributeFilter: ["aria-hidden"] });
    show();
    return () => watch.disconnect();
  }, [titleId]);
}
