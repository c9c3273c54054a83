import { Label } from "@patternfly/react-core";
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { LogRecord } from "../../../api/contract";
import { t } from "../../../i18n";
import { UtcTime } from "../../../ui/Time";
import { useSearchState } from "../../../ui/useSearchState";
import { partyText } from "../party";
import { RecordDetail } from "./RecordDetail";

/** The log as the documentation shows it: four columns, each row opens to all fields (OPS-126, OPS-130). */
export function RecordTable({ records }: { records: readonly LogRecord[] }) {
  const [open, setOpen] = useSearchState("record");
  return (
    <Table aria-label={t("systemlog.title")} variant="compact" isExpandable>
      <Thead>
        <Tr>
          <Th screenReaderText={t("systemlog.expand")} />
          <Th width={20}>{t("systemlog.column.time")}</Th>
          <Th width={25}>{t("systemlog.column.actor")}</Th>
          <Th width={30}>{t("systemlog.column.event")}</Th>
          <Th width={25}>{t("systemlog.column.target")}</Th>
        </Tr>
      </Thead>
      {records.map((record, rowIndex) => (
        <Row
          key={record.recordId}
          record={record}
          rowIndex={rowIndex}
          open={open === record.recordId}
          onToggle={(show) => setOpen(show ? record.recordId : "")}
        />
      ))}
    </Table>
  );
}

interface RowProps {
  record: LogRecord;
  rowIndex: number;
  open: boolean;
  onToggle: (show: boolean) => void;
}

function Row({ record, rowIndex, open, onToggle }: RowProps) {
  return (
    <Tbody isExpanded={open}>
      <Tr isContentExpanded={open}>
        <Td
          expand={{ rowIndex, isExpanded: open, expandId: "record", onToggle: (_event, _index, show) => onToggle(show) }}
          aria-label={t("systemlog.expand")}
        />
        <Td dataLabel={t("systemlog.column.time")} modifier="nowrap">
          <UtcTime at={record.utcTimestamp} />
        </Td>
        <Td dataLabel={t("systemlog.column.actor")} modifier="breakWord">
          {partyText(record.actorDisplayName, record.actorType)}
        </Td>
        <Td dataLabel={t("systemlog.column.event")} modifier="breakWord">
          {record.eventMessage}{" "}
          {record.outcome === "failed" && (
            <Label isCompact status="danger">
              {t("systemlog.failed")}
            </Label>
          )}
        </Td>
        <Td dataLabel={t("systemlog.column.target")} modifier="breakWord">
          {partyText(record.targetDisplayName, record.targetType)}
        </Td>
      </Tr>
      {open && (
        <Tr isExpanded>
          <Td />
          <Td colSpan={4}>
            <ExpandableRowContent>
              <RecordDetail record={record} />
            </ExpandableRowContent>
          </Td>
        </Tr>
      )}
    </Tbody>
  );
}
