import { Button, Content } from "@patternfly/react-core";
import type { ReactNode } from "react";

interface Props {
  title: string;
  /** What is set now. */
  value: ReactNode;
  note?: string;
  action: string;
  onAction: () => void;
}

/** One setting with its value and the button that changes it. */
export function Setting({ title, value, note, action, onAction }: Props) {
  return (
    <div className="cw-header cw-setting">
      <div>
        <Content component="h3">{title}</Content>
        <div className="cw-break">{value}</div>
        {note !== undefined && <Content component="small">{note}</Content>}
      </div>
      <Button variant="secondary" onClick={onAction}>
        {action}
      </Button>
    </div>
  );
}
