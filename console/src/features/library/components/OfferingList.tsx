import { Pagination, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem } from "@patternfly/react-core";
import { useState } from "react";
import type { Offering } from "../../../api/contract/library";
import { t } from "../../../i18n";
import { ColumnChoice, useColumns } from "../../../ui/ColumnChoice";
import { NoMatch } from "../../../ui/DataState";
import { FilterSelect } from "../../../ui/FilterSelect";
import { ListSearch } from "../../../ui/ListSearch";
import { useSearchState } from "../../../ui/useSearchState";
import { useSort } from "../../../ui/useSort";
import { categoriesOf } from "../categories";
import { columnKeys } from "./columns";
import { DeleteOfferingDialog } from "./DeleteOfferingDialog";
import { OfferingTable } from "./OfferingTable";

const perPage = 20;

/** The library with search, category, order, columns and page, all of them in the address. */
export function OfferingList({ offerings }: { offerings: readonly Offering[] }) {
  const [search] = useSearchState("q");
  const [category] = useSearchState("category");
  const [page, setPage] = useSearchState("page", "1");
  const sort = useSort(columnKeys);
  const columns = useColumns(columnKeys);
  const [deleting, setDeleting] = useState<Offering | null>(null);
  const wanted = search.trim().toLowerCase();
  const found = offerings.filter(
    (o) => `${o.name} ${o.description} ${o.address}`.toLowerCase().includes(wanted) && (category === "" || o.category === category),
  );
  const pages = Math.max(1, Math.ceil(found.length / perPage));
  const present = Math.min(Math.max(1, Math.trunc(Number(page)) || 1), pages);
  const shown = sort.sorted(found, (offering, key) => offering[key]).slice((present - 1) * perPage, present * perPage);

  return (
    <>
      <Toolbar>
        <ToolbarContent>
          <ListSearch label={t("library.search")} />
          <ToolbarItem>
            <FilterSelect
              name="category"
              label={t("library.category")}
              all={t("library.category.all")}
              options={categoriesOf(offerings).map((value) => ({ value, label: value }))}
            />
          </ToolbarItem>
          <ToolbarGroup align={{ default: "alignEnd" }}>
            <ToolbarItem>
              <ColumnChoice columns={columns} label={(key) => t(`library.column.${key}`)} />
            </ToolbarItem>
            {pages > 1 && (
              <ToolbarItem variant="pagination">
                <Pagination
                  isCompact
                  titles={{ paginationAriaLabel: t("library.pages") }}
                  itemCount={found.length}
                  perPage={perPage}
                  perPageOptions={[]}
                  page={present}
                  onSetPage={(_, next) => setPage(String(next))}
                />
              </ToolbarItem>
            )}
          </ToolbarGroup>
        </ToolbarContent>
      </Toolbar>
      {found.length === 0 ? (
        <NoMatch />
      ) : (
        <OfferingTable offerings={shown} sort={sort} columns={columns.shown} onDelete={setDeleting} />
      )}
      {deleting !== null && <DeleteOfferingDialog offering={deleting} onDone={() => setDeleting(null)} onClose={() => setDeleting(null)} />}
    </>
  );
}
