import {
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Label,
  Title,
} from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { LogRecord } from "../../../api/contract/systemlog";
import { t } from "../../../i18n";
import { UtcTime } from "../../../ui/Time";
import { changesOf } from "../party";

/** Every field of a record under its documented name (OPS-144). */
export function RecordDetail({ record }: { record: LogRecord }) {
  const fields: [name: string, value: string][] = [
    ["RecordID", record.recordId],
    ["CustomerID", record.customerId],
    ["EventType", record.eventType],
    ["EventMessage", record.eventMessage],
    ["TargetID", record.targetId],
    ["TargetDisplayName", record.targetDisplayName],
    ["TargetEmail", record.targetEmail],
    ["TargetUserID", record.targetUserId],
    ["TargetType", record.targetType],
    ["AgentID", record.agentId],
    ["ActorID", record.actorId],
    ["ActorDisplayName", record.actorDisplayName],
    ["ActorType", record.actorType],
    [t("systemlog.field.address"), record.actorAddress],
    [t("systemlog.field.transaction"), record.transactionId],
    [t("systemlog.field.outcome"), record.reason === "" ? record.outcome : `${record.outcome} (${record.reason})`],
  ];
  return (
    <>
      <Changes record={record} />
      <DescriptionList isCompact columnModifier={{ default: "1Col", sm: "2Col" }}>
        <DescriptionListGroup>
          <DescriptionListTerm>UtcTimestamp</DescriptionListTerm>
          <DescriptionListDescription>
            <UtcTime at={record.utcTimestamp} />
          </DescriptionListDescription>
        </DescriptionListGroup>
        {fields.map(([name, value]) => (
          <DescriptionListGroup key={name}>
            <DescriptionListTerm>{name}</DescriptionListTerm>
            <DescriptionListDescription className="cw-break">
              {value === "" ? <span className="cw-none">{t("value.none")}</span> : value}
            </DescriptionListDescription>
          </DescriptionListGroup>
        ))}
      </DescriptionList>
    </>
  );
}

function Changes({ record }: { record: LogRecord }) {
  const changes = changesOf(record.beforeChanges, record.afterChanges);
  if (changes.length === 0) return null;
  return (
    <>
      <Title headingLevel="h3" size="md">
        {t("systemlog.changes")}
      </Title>
      <Table aria-label={t("systemlog.changes")} variant="compact" borders={false} className="cw-values">
        <Thead>
          <Tr>
            <Th>{t("systemlog.property")}</Th>
            <Th modifier="nowrap">BeforeChanges</Th>
            <Th modifier="nowrap">AfterChanges</Th>
          </Tr>
        </Thead>
        <Tbody>
          {changes.map(({ property, before, after }) => (
            <Tr key={property}>
              <Td dataLabel={t("systemlog.property")} modifier="breakWord">
                {property} {before !== undefined && after !== undefined && before !== after && <Label isCompact color="blue">{t("systemlog.changed")}</Label>}
              </Td>
              <Td dataLabel="BeforeChanges" modifier="breakWord">
                {before ?? <span className="cw-none">{t("value.none")}</span>}
              </Td>
              <Td dataLabel="AfterChanges" modifier="breakWord">
                {after ?? <span className="cw-none">{t("value.none")}</span>}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </>
  );
}
