import { Button, Title } from "@patternfly/react-core";
import { TimesIcon } from "@patternfly/react-icons";
import { type ReactNode, useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { t } from "../i18n";

interface Props {
  title: string;
  /** Beside the title. */
  actions?: ReactNode;
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A panel at the right edge of the window, beside which the page can still be used. Escape closes it, and focus goes back. */
export function SidePanel({ title, actions, wide = false, onClose, children }: Props) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return createPortal(
    <aside
      ref={panel}
      tabIndex={-1}
      className={wide ? "cw-panel cw-panel-wide" : "cw-panel"}
      aria-label={title}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <header className="cw-panel-header">
        <Title headingLevel="h2" size="lg">
          {title}
        </Title>
        <span className="cw-panel-actions">
          {actions}
          <Button variant="plain" aria-label={t("panel.close")} icon={<TimesIcon />} onClick={onClose} />
        </span>
      </header>
      {/* What scrolls must be reachable by keyboard. */}
      <div className="cw-panel-body" tabIndex={0} role="group" aria-label={title}>
        {children}
      </div>
    </aside>,
    document.body,
  );
}
