import { Button, Switch } from "@patternfly/react-core";
import type { InfiniteData } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Page } from "../../../api/contract/answer";
import type { LogRecord } from "../../../api/contract/systemlog";
import { t, tn } from "../../../i18n";
import { ColumnChoice, useColumns } from "../../../ui/ColumnChoice";
import { Nothing } from "../../../ui/DataState";
import { LoadMore } from "../../../ui/LoadMore";
import { useSearchState } from "../../../ui/useSearchState";
import { columnKeys, usualColumns } from "../columns";
import { type Filter, folded, type Query } from "../filter";
import { hasGap, merged, useNewest, type useRecords } from "../queries";
import { RecordPanel } from "./RecordPanel";
import { RecordTable } from "./RecordTable";

interface Props {
  filter: Filter;
  query: Query;
  records: ReturnType<typeof useRecords>;
  data: InfiniteData<Page<LogRecord>>;
}

/**
 * The table, with what is recorded meanwhile. While it is live, new records appear above the others, which stay where they are;
 * otherwise their number is said, and they come when asked for.
 */
export function Records({ filter, query, records, data }: Props) {
  const [live, setLive] = useSearchState("live", "on");
  const [open, setOpen] = useSearchState("record");
  const columns = useColumns(columnKeys, usualColumns);
  const newest = useNewest(query, data.pages[0]).data;
  const all = merged(newest?.items ?? [], data);
  const [seen, setSeen] = useState(all[0]?.seq ?? 0);
  const past = query.to !== undefined && Date.parse(query.to) <= Date.now();
  const tailing = live === "on" && !past;
  const shown = tailing ? all : all.filter(({ seq }) => seq <= seen);
  const waiting = all.length - shown.length;
  const { refetch } = records;

  useEffect(() => {
    if (newest !== undefined && hasGap(newest, data)) void refetch();
  }, [newest, data, refetch]);

  const top = all[0]?.seq ?? 0;
  const chosen = all.find(({ recordId }) => recordId === open);
  const isFiltered = folded(filter) > 0 || filter.q !== "";
  return (
    <>
      <div className="cw-filters cw-values">
        <Switch
          id="systemlog-live"
          label={t("systemlog.live")}
          isChecked={tailing}
          isDisabled={past}
          {...(past ? { "aria-description": t("systemlog.live.past") } : {})}
          onChange={(_, on) => {
            setSeen(top);
            setLive(on ? "on" : "off");
          }}
        />
        <span role="status">
          {waiting > 0 && (
            <Button variant="link" isInline onClick={() => setSeen(top)}>
              {tn("systemlog.new", waiting)}
            </Button>
          )}
        </span>
        <span className="cw-end">
          <ColumnChoice columns={columns} label={(key) => t(`systemlog.column.${key}`)} />
        </span>
      </div>
      {shown.length === 0 ? (
        <Nothing filtered={isFiltered} title={isFiltered ? t("list.nomatch.title") : t("systemlog.none.title")}>
          {isFiltered ? t("list.nomatch.body") : t("systemlog.none.body")}
        </Nothing>
      ) : (
        <>
          <RecordTable records={shown} columns={columns.shown} open={open} onOpen={setOpen} />
          <LoadMore shown={shown.length} list={records} />
        </>
      )}
      {chosen !== undefined && <RecordPanel record={chosen} onClose={() => setOpen("")} />}
    </>
  );
}
