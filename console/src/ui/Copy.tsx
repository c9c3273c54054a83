import { ClipboardCopy } from "@patternfly/react-core";
import { t } from "../i18n";

interface Props {
  /** What the value is: "Customer ID". Read aloud with the button. */
  label: string;
  value: string;
  /** In a line of text instead of a box of its own. */
  inline?: boolean;
  /** Several lines, opened. */
  block?: boolean;
}

/** A value with a button that copies it. */
export function Copy({ label, value, inline = false, block = false }: Props) {
  return (
    <ClipboardCopy
      isReadOnly
      hoverTip={t("copy.tip")}
      clickTip={t("copy.done")}
      textAriaLabel={label}
      copyAriaLabel={t("copy.action", { label })}
      toggleAriaLabel={label}
      variant={inline ? "inline-compact" : block ? "expansion" : "inline"}
      isCode={inline}
      isExpanded={block}
    >
      {value}
    </ClipboardCopy>
  );
}
