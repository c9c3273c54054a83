import { Content, Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import type { Connector } from "../../../api/contract/locations";
import { t } from "../../../i18n";
import { ActionsMenu } from "../../../ui/ActionsMenu";
import { TimeAgo } from "../../../ui/Time";
import { statusOfContact } from "../health";
import { RemoveConnectorDialog } from "./RemoveConnectorDialog";

/** The connectors of a resource location (CON-015). Their state follows the live events. */
export function ConnectorTable({ connectors }: { connectors: readonly Connector[] }) {
  const [removing, setRemoving] = useState<Connector | null>(null);
  return (
    <>
      <Table aria-label={t("locations.connectors")}>
        <Thead>
          <Tr>
            <Th>{t("connectors.column.name")}</Th>
            <Th>{t("connectors.column.type")}</Th>
            <Th>{t("connectors.column.status")}</Th>
            <Th>{t("connectors.column.version")}</Th>
            <Th>{t("connectors.column.domain")}</Th>
            <Th>{t("connectors.column.contact")}</Th>
            <Th screenReaderText={t("actions.column")} />
          </Tr>
        </Thead>
        <Tbody>
          {connectors.map((connector) => (
            <Tr key={connector.id}>
              <Td dataLabel={t("connectors.column.name")} modifier="breakWord">
                {connector.name}
              </Td>
              <Td dataLabel={t("connectors.column.type")}>{t(`connectors.type.${connector.type}`)}</Td>
              <Td dataLabel={t("connectors.column.status")}>
                <Label status={statusOfContact[connector.contactState]}>{t(`connectors.state.${connector.contactState}`)}</Label>
                {connector.problem !== "" && <Content component="small">{connector.problem}</Content>}
              </Td>
              <Td dataLabel={t("connectors.column.version")}>{connector.version}</Td>
              <Td dataLabel={t("connectors.column.domain")} modifier="breakWord">
                {connector.domain === "" ? <span className="cw-none">{t("value.none")}</span> : connector.domain}
              </Td>
              <Td dataLabel={t("connectors.column.contact")}>
                {connector.lastContactAt === null ? <span className="cw-none">{t("connectors.never")}</span> : <TimeAgo at={connector.lastContactAt} />}
              </Td>
              <Td isActionCell>
                <ActionsMenu
                  label={t("actions.for", { name: connector.name })}
                  actions={[{ label: t("connectors.remove"), danger: true, onClick: () => setRemoving(connector) }]}
                />
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {removing !== null && <RemoveConnectorDialog connector={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}
