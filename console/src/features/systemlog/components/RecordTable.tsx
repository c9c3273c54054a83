import { Button, Label } from "@patternfly/react-core";
import { AngleRightIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { LogRecord } from "../../../api/contract/systemlog";
import { t } from "../../../i18n";
import { UtcTime } from "../../../ui/Time";
import type { ColumnKey } from "../columns";
import { partyText } from "../party";

interface Props {
  records: readonly LogRecord[];
  columns: readonly ColumnKey[];
  /** ID of the record whose details are shown. */
  open: string;
  onOpen: (recordId: string) => void;
}

/** The log as the documentation shows it: each row opens to all fields (OPS-126, OPS-130). */
export function RecordTable({ records, columns, open, onOpen }: Props) {
  return (
    <Table aria-label={t("systemlog.title")} variant="compact">
      <Thead>
        <Tr>
          <Th modifier="fitContent" screenReaderText={t("systemlog.expand")} />
          {columns.map((key) => (
            <Th key={key} modifier="nowrap">
              {t(`systemlog.column.${key}`)}
            </Th>
          ))}
        </Tr>
      </Thead>
      {records.map((record) => (
        <Row key={record.recordId} record={record} columns={columns} isOpen={open === record.recordId} onOpen={onOpen} />
      ))}
    </Table>
  );
}

interface RowProps {
  record: LogRecord;
  columns: readonly ColumnKey[];
  isOpen: boolean;
  onOpen: (recordId: string) => void;
}

function Row({ record, columns, isOpen, onOpen }: RowProps) {
  return (
    <Tbody>
      <Tr isRowSelected={isOpen}>
        <Td dataLabel={t("systemlog.expand")} modifier="fitContent">
          <Button
            variant="plain"
            size="sm"
            icon={<AngleRightIcon />}
            aria-label={t("systemlog.expand")}
            aria-expanded={isOpen}
            onClick={() => onOpen(isOpen ? "" : record.recordId)}
          />
        </Td>
        {columns.map((key) => (
          <Td key={key} dataLabel={t(`systemlog.column.${key}`)} modifier={key === "time" || key === "outcome" ? "nowrap" : "breakWord"}>
            <Cell record={record} column={key} />
          </Td>
        ))}
      </Tr>
    </Tbody>
  );
}

function Cell({ record, column }: { record: LogRecord; column: ColumnKey }) {
  switch (column) {
    case "time":
      return <UtcTime at={record.utcTimestamp} />;
    case "actor":
      return partyText(record.actorDisplayName, record.actorType);
    case "event":
      return (
        <>
          {record.eventMessage}
          {record.outcome === "failed" && (
            <Label isCompact status="danger" className="cw-label">
              {t("systemlog.failed")}
            </Label>
          )}
        </>
      );
    case "target":
      return partyText(record.targetDisplayName, record.targetType);
    case "type":
      return record.eventType;
    case "outcome":
      return t(`systemlog.filter.outcome.${record.outcome}`);
    case "address":
      return record.actorAddress;
    case "transaction":
      return record.transactionId;
  }
}
