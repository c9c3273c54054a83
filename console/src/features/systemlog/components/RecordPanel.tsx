import type { LogRecord } from "../../../api/contract/systemlog";
import { SidePanel } from "../../../ui/SidePanel";
import { RecordDetail } from "./RecordDetail";

/** Everything about one record, beside the table. */
export function RecordPanel({ record, onClose }: { record: LogRecord; onClose: () => void }) {
  return (
    <SidePanel wide key={record.recordId} title={record.eventMessage} onClose={onClose}>
      <RecordDetail record={record} />
    </SidePanel>
  );
}
