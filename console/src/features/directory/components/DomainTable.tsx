import { Button, Content, Label } from "@patternfly/react-core";
import { AngleDownIcon, AngleRightIcon } from "@patternfly/react-icons";
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { Domain } from "../../../api/contract";
import { useAllowed } from "../../../api/customer";
import { t } from "../../../i18n";
import { ActionsMenu } from "../../../ui/ActionsMenu";
import { domainsRoute } from "../routes";
import { PrimaryLocation } from "./PrimaryLocation";

interface Props {
  forest: string;
  domains: readonly Domain[];
  /** Name of the only domain that is expanded; "" = none. */
  expanded: string;
  onExpand: (name: string) => void;
  /** Enable, activate or disable. */
  onChangeState: (domain: Domain) => void;
}

const columns = 6;
const colourOfStatus = { enabled: "green", disabled: "grey", unused: "orange" } as const;

/** The domains of one forest (IAM-030). */
export function DomainTable({ forest, domains, expanded, onExpand, onChangeState }: Props) {
  const mayChange = useAllowed(domainsRoute.needs);
  return (
    <Table aria-label={t("domains.table", { name: forest })}>
      <Thead>
        <Tr>
          <Th screenReaderText={t("domains.locations")} />
          <Th width={30}>{t("domains.column.domain")}</Th>
          <Th>{t("domains.column.status")}</Th>
          <Th modifier="wrap">{t("domains.column.connectors")}</Th>
          <Th modifier="wrap">{t("domains.column.primary")}</Th>
          <Th screenReaderText={t("actions.column")} />
        </Tr>
      </Thead>
      {domains.map((domain) => {
        const open = domain.name === expanded;
        return (
          <Tbody key={domain.name} isExpanded={open}>
            <Tr isContentExpanded={open}>
              <Td className="pf-v6-c-table__toggle">
                <Button
                  variant="plain"
                  aria-expanded={open}
                  aria-label={t("domains.expand", { name: domain.name })}
                  icon={open ? <AngleDownIcon /> : <AngleRightIcon />}
                  onClick={() => onExpand(open ? "" : domain.name)}
                />
              </Td>
              <Td dataLabel={t("domains.column.domain")} modifier="breakWord">
                {domain.name}
                {domain.netbios !== "" && <Content component="small">{domain.netbios}</Content>}
              </Td>
              <Td dataLabel={t("domains.column.status")}>
                <Label color={colourOfStatus[domain.status]}>{t(`domains.status.${domain.status}`)}</Label>
                {domain.status === "unused" && (
                  <>
                    <Content component="small">{t("domains.unused.note")}</Content>
                    {mayChange && (
                      <Button isInline variant="link" aria-label={t("domains.activate.of", { name: domain.name })} onClick={() => onChangeState(domain)}>
                        {t("domains.activate")}
                      </Button>
                    )}
                  </>
                )}
              </Td>
              <Td dataLabel={t("domains.column.connectors")}>
                {t("domains.connected", { connected: domain.connected, total: domain.connectors })}
              </Td>
              <Td dataLabel={t("domains.column.primary")} modifier="breakWord">
                {domain.primaryLocation?.name ?? <span className="cw-none">{t("domains.primary.any")}</span>}
              </Td>
              <Td isActionCell>
                {mayChange && (
                  <ActionsMenu
                    label={t("actions.for", { name: domain.name })}
                    actions={[
                      {
                        label: t(domain.status === "enabled" ? "domains.disable" : domain.status === "unused" ? "domains.activate" : "domains.enable"),
                        danger: domain.status === "enabled",
                        onClick: () => onChangeState(domain),
                      },
                    ]}
                  />
                )}
              </Td>
            </Tr>
            {open && (
              <Tr isExpanded>
                <Td colSpan={columns}>
                  <ExpandableRowContent>
                    <PrimaryLocation domain={domain} />
                  </ExpandableRowContent>
                </Td>
              </Tr>
            )}
          </Tbody>
        );
      })}
    </Table>
  );
}
