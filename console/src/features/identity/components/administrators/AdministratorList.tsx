import { Alert, Button, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { useState } from "react";
import type { Administrator } from "../../../../api/contract/administrators";
import { t } from "../../../../i18n";
import { ColumnChoice, useColumns } from "../../../../ui/ColumnChoice";
import { NoMatch } from "../../../../ui/DataState";
import { FilterSelect } from "../../../../ui/FilterSelect";
import { ListSearch } from "../../../../ui/ListSearch";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { useSearchState } from "../../../../ui/useSearchState";
import { useSort } from "../../../../ui/useSort";
import { useResend } from "../../administratorQueries";
import { AdministratorTable } from "./AdministratorTable";
import { columnKeys, nameOf, textOf } from "./columns";
import { DeleteDialog } from "./DeleteDialog";

/** The table with its search, filters, order and columns, all of them in the address; and what can be done with its rows. */
export function AdministratorList({ administrators }: { administrators: readonly Administrator[] }) {
  const [search] = useSearchState("q");
  const [status] = useSearchState("status");
  const [access] = useSearchState("access");
  const columns = useColumns(columnKeys);
  const sort = useSort(["name", "type", "email", "status", "access", "provider"]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [deleting, setDeleting] = useState<readonly Administrator[]>([]);
  const resend = useResend();

  const wanted = search.trim().toLowerCase();
  const found = administrators.filter(
    (a) =>
      `${a.displayName} ${a.email}`.toLowerCase().includes(wanted) && (status === "" || a.status === status) && (access === "" || a.access === access),
  );
  const selected = found.filter((a) => chosen.has(a.id));

  return (
    <>
      {resend.isSuccess && (
        <Alert isInline isLiveRegion variant="success" className="cw-alert" title={t("administrators.resent", { email: nameOf(resend.variables) })} />
      )}
      <ProblemAlert error={resend.error} />
      <Toolbar>
        <ToolbarContent>
          <ListSearch label={t("administrators.search")} />
          <ToolbarItem>
            <FilterSelect
              name="status"
              label={t("administrators.filter.status")}
              all={t("administrators.filter.status.all")}
              options={(["active", "inviteSent", "expired"] as const).map((value) => ({ value, label: t(`administrators.status.${value}`) }))}
            />
          </ToolbarItem>
          <ToolbarItem>
            <FilterSelect
              name="access"
              label={t("administrators.filter.access")}
              all={t("administrators.filter.access.all")}
              options={(["full", "custom"] as const).map((value) => ({ value, label: t(`access.${value}`) }))}
            />
          </ToolbarItem>
          {selected.length > 0 && (
            <ToolbarItem>
              <Button variant="secondary" isDanger onClick={() => setDeleting(selected)}>
                {t("administrators.delete.many", { count: selected.length })}
              </Button>
            </ToolbarItem>
          )}
          <ToolbarItem align={{ default: "alignEnd" }}>
            <ColumnChoice columns={columns} label={(key) => t(`administrators.column.${key}`)} />
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      {found.length === 0 ? (
        <NoMatch />
      ) : (
        <AdministratorTable
          administrators={sort.sorted(found, textOf)}
          sort={sort}
          columns={columns.shown}
          chosen={chosen}
          onChoose={(ids, on) => setChosen((old) => new Set(on ? [...old, ...ids] : [...old].filter((id) => !ids.includes(id))))}
          onResend={(administrator) => resend.mutate(administrator)}
          onDelete={(administrator) => setDeleting([administrator])}
        />
      )}
      {deleting.length > 0 && (
        <DeleteDialog
          administrators={deleting}
          onClose={() => setDeleting([])}
          onDeleted={() => {
            setDeleting([]);
            setChosen(new Set());
          }}
        />
      )}
    </>
  );
}
