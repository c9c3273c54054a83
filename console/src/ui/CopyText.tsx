import { Button } from "@patternfly/react-core";
import { CheckIcon, CopyIcon } from "@patternfly/react-icons";
import { useEffect, useState } from "react";
import { t } from "../i18n";

const shownMillis = 2_000;

/** A value in a line of text with a button that copies it; small enough for the pages that are loaded first. */
export function CopyText({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = window.setTimeout(() => setCopied(false), shownMillis);
    return () => window.clearTimeout(timer);
  }, [copied]);
  return (
    <span className="cw-copy">
      <code className="cw-break">{value}</code>
      <Button
        variant="plain"
        size="sm"
        icon={copied ? <CheckIcon /> : <CopyIcon />}
        aria-label={t("copy.action", { label })}
        title={t("copy.tip")}
        onClick={() => void navigator.clipboard.writeText(value).then(() => setCopied(true))}
      />
      <span className="pf-v6-screen-reader" role="status">
        {copied ? t("copy.done") : ""}
      </span>
    </span>
  );
}
