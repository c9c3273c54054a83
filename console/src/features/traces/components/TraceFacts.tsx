import { Card, CardBody, DescriptionList } from "@patternfly/react-core";
import type { Trace } from "../../../api/contract/traces";
import { t } from "../../../i18n";
import { Copy } from "../../../ui/Copy";
import { Time } from "../../../ui/Time";
import { ValueRows } from "../../../ui/Values";

export function TraceFacts({ trace }: { trace: Trace }) {
  const rows = [
    { label: t("traces.column.kind"), value: t(`traces.kind.${trace.kind}`) },
    { label: t("traces.column.time"), value: <Time at={trace.time} /> },
    { label: t("traces.transaction"), value: <Copy inline label={t("traces.transaction")} value={trace.transactionId} /> },
    { label: t("traces.column.connection"), value: trace.connectionName },
    { label: t("traces.column.purpose"), value: t(`traces.purpose.${trace.purpose}`) },
    { label: t("traces.address"), value: trace.clientAddress },
    { label: t("traces.code"), value: trace.code },
  ];
  return (
    <Card>
      <CardBody>
        <DescriptionList isCompact columnModifier={{ default: "1Col", md: "2Col", xl: "3Col" }}>
          <ValueRows rows={rows} />
        </DescriptionList>
      </CardBody>
    </Card>
  );
}
