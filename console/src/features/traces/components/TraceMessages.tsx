import { Card, CardBody, CardTitle, CodeBlock, CodeBlockAction, CodeBlockCode, Content, Button } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import { Fragment } from "react";
import type { TraceMessage } from "../../../api/contract";
import { t } from "../../../i18n";
import { saveText } from "../../../ui/download";
import { Time } from "../../../ui/Time";
import { indentXml } from "../xml";

/** The messages of the sign-in, decoded and indented for reading; the download holds what was really sent. */
export function TraceMessages({ messages }: { messages: readonly TraceMessage[] }) {
  return (
    <Card>
      <CardTitle component="h2">{t("traces.messages")}</CardTitle>
      <CardBody>
        {messages.length === 0 && <Content component="p">{t("traces.messages.none")}</Content>}
        {messages.map((message, index) => (
          <Fragment key={`${index}-${message.kind}`}>
            <Content component="h3">
              {t(`traces.message.${message.kind}`)} · {t(`traces.direction.${message.direction}`)} · <Time at={message.time} />
            </Content>
            <CodeBlock
              className="cw-xml"
              tabIndex={0}
              role="region"
              aria-label={t(`traces.message.${message.kind}`)}
              actions={
                <CodeBlockAction>
                  <Button
                    variant="plain"
                    icon={<DownloadIcon />}
                    aria-label={t("action.download")}
                    onClick={() => saveText(`${message.kind}.xml`, message.xml, "application/xml")}
                  />
                </CodeBlockAction>
              }
            >
              <CodeBlockCode>{indentXml(message.xml)}</CodeBlockCode>
            </CodeBlock>
          </Fragment>
        ))}
      </CardBody>
    </Card>
  );
}
