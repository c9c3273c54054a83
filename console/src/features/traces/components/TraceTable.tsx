import { Content, Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Link } from "react-router";
import type { TraceSummary } from "../../../api/contract/traces";
import { t } from "../../../i18n";
import { Breakable } from "../../../ui/Breakable";
import { Time } from "../../../ui/Time";
import { traceRoute } from "../routes";

export function TraceTable({ traces }: { traces: readonly TraceSummary[] }) {
  return (
    <Table aria-label={t("traces.title")} variant="compact">
      <Thead>
        <Tr>
          <Th>{t("traces.column.time")}</Th>
          <Th>{t("traces.column.kind")}</Th>
          <Th>{t("traces.column.outcome")}</Th>
          <Th>{t("traces.column.person")}</Th>
          <Th>{t("traces.column.connection")}</Th>
          <Th>{t("traces.column.purpose")}</Th>
          <Th>{t("traces.transaction")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {traces.map((trace) => (
          <Tr key={trace.id}>
            <Td dataLabel={t("traces.column.time")} modifier="nowrap">
              <Link to={traceRoute.link({ traceId: trace.id })}>
                <Time at={trace.time} />
              </Link>
            </Td>
            <Td dataLabel={t("traces.column.kind")} modifier="nowrap">
              {t(`traces.kind.${trace.kind}`)}
            </Td>
            <Td dataLabel={t("traces.column.outcome")} modifier="breakWord">
              <Outcome trace={trace} />
              {trace.summary !== "" && <Content component="small">{trace.summary}</Content>}
            </Td>
            <Td dataLabel={t("traces.column.person")} modifier="breakWord">
              {trace.person === "" ? <span className="cw-none">{t("traces.unknown")}</span> : <Breakable text={trace.person} />}
            </Td>
            <Td dataLabel={t("traces.column.connection")} modifier="breakWord">
              {trace.connectionName}
            </Td>
            <Td dataLabel={t("traces.column.purpose")}>{t(`traces.purpose.${trace.purpose}`)}</Td>
            <Td dataLabel={t("traces.transaction")} modifier="breakWord">
              <span className="cw-transaction">
                <Breakable text={trace.transactionId} />
              </span>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

export function Outcome({ trace }: { trace: TraceSummary }) {
  return <Label status={trace.outcome === "succeeded" ? "success" : "danger"}>{t(`traces.ended.${trace.kind}.${trace.outcome}`)}</Label>;
}
