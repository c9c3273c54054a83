import { Alert, Title, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { useState } from "react";
import type { Domain } from "../../../api/contract/directory";
import { useAllowed } from "../../../api/customer";
import { t } from "../../../i18n";
import { ColumnChoice, useColumns } from "../../../ui/ColumnChoice";
import { NoMatch } from "../../../ui/DataState";
import { FilterSelect } from "../../../ui/FilterSelect";
import { ListSearch } from "../../../ui/ListSearch";
import { useSearchState } from "../../../ui/useSearchState";
import { useSort } from "../../../ui/useSort";
import { domainsRoute } from "../routes";
import { columnKeys, orderOf } from "./columns";
import { DomainTable } from "./DomainTable";
import { StateDialog } from "./StateDialog";

/** The domains by forest. Search, filter, order, columns and the one expanded domain stand in the address. */
export function DomainList({ domains }: { domains: readonly Domain[] }) {
  const [search] = useSearchState("q");
  const [status] = useSearchState("status");
  const [expanded, setExpanded] = useSearchState("domain");
  const sort = useSort(columnKeys);
  const columns = useColumns(columnKeys);
  const [changing, setChanging] = useState<Domain | null>(null);
  const mayChange = useAllowed(domainsRoute.needs);
  const wanted = search.trim().toLowerCase();
  const found = domains.filter((d) => `${d.name} ${d.forest} ${d.netbios}`.toLowerCase().includes(wanted) && (status === "" || d.status === status));
  const forests = [...new Set(found.map((d) => d.forest))].sort();

  return (
    <>
      {!mayChange && <Alert isInline isPlain variant="info" title={t("domains.readonly")} />}
      <Toolbar>
        <ToolbarContent>
          <ListSearch label={t("domains.search")} />
          <ToolbarItem>
            <FilterSelect
              name="status"
              label={t("domains.filter.status")}
              all={t("domains.filter.status.all")}
              options={(["enabled", "disabled", "unused"] as const).map((value) => ({ value, label: t(`domains.status.${value}`) }))}
            />
          </ToolbarItem>
          <ToolbarItem align={{ default: "alignEnd" }}>
            <ColumnChoice columns={columns} label={(key) => t(`domains.column.${key}`)} />
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      {found.length === 0 && <NoMatch />}
      {forests.map((forest) => {
        const members = found.filter((d) => d.forest === forest);
        const warning = members.find((d) => d.warning !== "")?.warning;
        return (
          <section key={forest} className="cw-forest">
            <Title headingLevel="h2" className="cw-break">
              {t("domains.forest", { name: forest })}
            </Title>
            {warning !== undefined && (
              <Alert isInline variant="warning" title={t("domains.warning.title")} className="cw-alert">
                {warning}
              </Alert>
            )}
            <DomainTable
              forest={forest}
              domains={sort.sorted(members, orderOf)}
              sort={sort}
              columns={columns.shown}
              expanded={expanded}
              onExpand={setExpanded}
              onChangeState={setChanging}
            />
          </section>
        );
      })}
      {changing !== null && <StateDialog domain={changing} onClose={() => setChanging(null)} />}
    </>
  );
}
