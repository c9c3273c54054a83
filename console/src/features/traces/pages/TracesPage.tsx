import { PageSection } from "@patternfly/react-core";
import { useSearchParams } from "react-router";
import { t } from "../../../i18n";
import { Nothing } from "../../../ui/DataState";
import { PagedList } from "../../../ui/PagedList";
import { PageHeader } from "../../../ui/PageHeader";
import { TraceFilterForm } from "../components/TraceFilterForm";
import { TraceTable } from "../components/TraceTable";
import { filterNames, type TraceFilter, useTraces } from "../queries";
import { tracesRoute } from "../routes";

/** The filter that the address holds. */
function useFilter(): [TraceFilter, (filter: TraceFilter) => void] {
  const [search, setSearch] = useSearchParams();
  const get = (name: string) => search.get(name) ?? "";
  const filter: TraceFilter = {
    transactionId: get("transactionId"), person: get("person"), address: get("address"), connectionId: get("connectionId"),
    kind: get("kind"), outcome: get("outcome"), from: get("from"), to: get("to"),
  };
  const set = (wanted: TraceFilter) =>
    setSearch(
      (old) => {
        const next = new URLSearchParams(old);
        for (const name of filterNames) {
          if (wanted[name] === "") next.delete(name);
          else next.set(name, wanted[name]);
        }
        return next;
      },
      { replace: true },
    );
  return [filter, set];
}

export default function TracesPage() {
  const [filter, setFilter] = useFilter();
  const traces = useTraces(filter);
  const filtered = filterNames.some((name) => filter[name] !== "");

  return (
    <>
      <PageHeader route={tracesRoute} description={t("traces.lead")} />
      <PageSection>
        <TraceFilterForm key={filter.transactionId} filter={filter} onFind={setFilter} />
        <PagedList
          query={traces}
          none={
            filtered ? (
              <Nothing filtered title={t("list.nomatch.title")}>
                {t("traces.nomatch")}
              </Nothing>
            ) : (
              <Nothing title={t("traces.none.title")}>{t("traces.none.body")}</Nothing>
            )
          }
        >
          {(items) => <TraceTable traces={items} />}
        </PagedList>
      </PageSection>
    </>
  );
}
