import { Card, CardBody, CardTitle, Content, Title } from "@patternfly/react-core";
import { Fragment } from "react";
import type { TraceMessage } from "../../../api/contract/traces";
import { t } from "../../../i18n";
import { Time } from "../../../ui/Time";
import { XmlMessage } from "../../../ui/XmlMessage";

/** The messages of the sign-in or sign-out in the order in which they went, decoded and indented for reading; the download holds what was really sent. */
export function TraceMessages({ messages }: { messages: readonly TraceMessage[] }) {
  return (
    <Card>
      <CardTitle component="h2">{t("traces.messages")}</CardTitle>
      <CardBody>
        {messages.length === 0 && <Content component="p">{t("traces.messages.none")}</Content>}
        {messages.map((message, index) => (
          <Fragment key={`${index}-${message.kind}`}>
            <Title headingLevel="h3" size="md" className={index === 0 ? "" : "cw-gap"}>
              {t(`traces.message.${message.kind}`)} · {t(`traces.direction.${message.direction}`)} · <Time at={message.time} />
            </Title>
            <XmlMessage label={t(`traces.message.${message.kind}`)} fileName={`${message.kind}.xml`} xml={message.xml} />
          </Fragment>
        ))}
      </CardBody>
    </Card>
  );
}
