import { Card, CardBody, CardTitle, Content } from "@patternfly/react-core";
import type { ReactNode } from "react";

interface Props {
  title: string;
  lead?: string;
  children: ReactNode;
}

/** One part of the page "Configure SAML". */
export function Section({ title, lead, children }: Props) {
  return (
    <Card className="cw-form">
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        {lead !== undefined && <Content component="p">{lead}</Content>}
        {children}
      </CardBody>
    </Card>
  );
}
