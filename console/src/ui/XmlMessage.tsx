import { Button, CodeBlock, CodeBlockAction, CodeBlockCode, ExpandableSection } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import { t } from "../i18n";
import { saveText } from "./download";
import { indentXml } from "./xml";

interface Props {
  /** What the message is; names the region and its button. */
  label: string;
  fileName: string;
  xml: string;
  /** Folded at first. */
  folded?: boolean;
}

/** A decoded message, indented for reading; the download holds what was really sent. */
export function XmlMessage({ label, fileName, xml, folded = false }: Props) {
  const block = (
    <CodeBlock
      className="cw-xml"
      tabIndex={0}
      role={folded ? "group" : "region"}
      aria-label={label}
      actions={
        <CodeBlockAction>
          <Button
            variant="plain"
            icon={<DownloadIcon />}
            aria-label={`${t("action.download")}: ${label}`}
            onClick={() => saveText(fileName, xml, "application/xml")}
          />
        </CodeBlockAction>
      }
    >
      <CodeBlockCode>{indentXml(xml)}</CodeBlockCode>
    </CodeBlock>
  );
  return folded ? <ExpandableSection toggleText={label}>{block}</ExpandableSection> : block;
}
