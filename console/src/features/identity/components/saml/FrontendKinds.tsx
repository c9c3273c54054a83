import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { t } from "../../../../i18n";
import { DataState } from "../../../../ui/DataState";
import { useFrontendKinds } from "../../queries";

/** The kinds of people who can sign in through a B2B connection, and what each of them needs (SAM-237). */
export function FrontendKinds() {
  const kinds = useFrontendKinds();
  return (
    <DataState query={kinds}>
      {({ items }) => (
        <Table aria-label={t("frontend.table")} variant="compact">
          <Thead>
            <Tr>
              <Th modifier="wrap">{t("frontend.column.kind")}</Th>
              <Th modifier="wrap">{t("frontend.column.synced")}</Th>
              <Th modifier="wrap">{t("frontend.column.connectors")}</Th>
              <Th modifier="wrap">{t("frontend.column.shadow")}</Th>
              <Th modifier="wrap">{t("frontend.column.signin")}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {items.map((kind) => (
              <Tr key={kind.key}>
                <Td dataLabel={t("frontend.column.kind")}>{kind.name}</Td>
                <Td dataLabel={t("frontend.column.synced")}>{t(`frontend.answer.${kind.synced}`)}</Td>
                <Td dataLabel={t("frontend.column.connectors")}>{t(`frontend.answer.${kind.connectors}`)}</Td>
                <Td dataLabel={t("frontend.column.shadow")}>{t(kind.needsShadowAccount ? "frontend.shadow.true" : "frontend.shadow.false")}</Td>
                <Td dataLabel={t("frontend.column.signin")}>{kind.signsInBy}</Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
    </DataState>
  );
}
