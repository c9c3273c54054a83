import { Button, Content, Label } from "@patternfly/react-core";
import { AngleDownIcon, AngleRightIcon } from "@patternfly/react-icons";
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { Domain } from "../../../api/contract/directory";
import { useAllowed } from "../../../api/customer";
import { t } from "../../../i18n";
import { ActionsMenu } from "../../../ui/ActionsMenu";
import type { Sort } from "../../../ui/useSort";
import { domainsRoute } from "../routes";
import type { DomainColumn } from "./columns";
import { PrimaryLocation } from "./PrimaryLocation";

interface Props {
  forest: string;
  domains: readonly Domain[];
  sort: Sort<DomainColumn>;
  columns: readonly DomainColumn[];
  /** Name of the only domain that is expanded; "" = none. */
  expanded: string;
  onExpand: (name: string) => void;
  /** Enable, activate or disable. */
  onChangeState: (domain: Domain) => void;
}

const colourOfStatus = { enabled: "green", disabled: "grey", unused: "orange" } as const;

/** The domains of one forest (IAM-030). */
export function DomainTable({ forest, domains, sort, columns, expanded, onExpand, onChangeState }: Props) {
  const mayChange = useAllowed(domainsRoute.needs);
  return (
    <Table aria-label={t("domains.table", { name: forest })}>
      <Thead>
        <Tr>
          <Th screenReaderText={t("domains.locations")} />
          {columns.map((key) => (
            <Th key={key} modifier="wrap" width={key === "domain" ? 30 : undefined} sort={sort.of(key)}>
              {t(`domains.column.${key}`)}
            </Th>
          ))}
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
              {columns.map((key) => (
                <Td key={key} dataLabel={t(`domains.column.${key}`)} modifier={key === "domain" || key === "primary" ? "breakWord" : undefined}>
                  <Cell domain={domain} column={key} onActivate={mayChange ? () => onChangeState(domain) : undefined} />
                </Td>
              ))}
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
                <Td colSpan={columns.length + 2}>
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

interface CellProps {
  domain: Domain;
  column: DomainColumn;
  /** Absent for those who may only read. */
  onActivate: (() => void) | undefined;
}

function Cell({ domain, column, onActivate }: CellProps) {
  switch (column) {
    case "domain":
      return (
        <>
          {domain.name}
          {domain.netbios !== "" && <Content component="small">{domain.netbios}</Content>}
        </>
      );
    case "status":
      return (
        <>
          <Label color={colourOfStatus[domain.status]}>{t(`domains.status.${domain.status}`)}</Label>
          {domain.status === "unused" && (
            <>
              <Content component="small">{t("domains.unused.note")}</Content>
              {onActivate !== undefined && (
                <Button isInline variant="link" aria-label={t("domains.activate.of", { name: domain.name })} onClick={onActivate}>
                  {t("domains.activate")}
                </Button>
              )}
            </>
          )}
        </>
      );
    case "connectors":
      return t("domains.connected", { connected: domain.connected, total: domain.connectors });
    case "primary":
      return domain.primaryLocation?.name ?? <span className="cw-none">{t("domains.primary.any")}</span>;
  }
}
