import { PageSection } from "@patternfly/react-core";
import { t } from "../../../i18n";
import { DataState, Nothing } from "../../../ui/DataState";
import { LoadMore } from "../../../ui/LoadMore";
import { PageHeader } from "../../../ui/PageHeader";
import { useSearchState } from "../../../ui/useSearchState";
import { TraceFilterForm } from "../components/TraceFilterForm";
import { TraceTable } from "../components/TraceTable";
import { toOutcome, useTraces } from "../queries";
import { tracesRoute } from "../routes";

export default function TracesPage() {
  const [transactionId, setTransactionId] = useSearchState("transactionId");
  const [outcomeText, setOutcome] = useSearchState("outcome");
  const outcome = toOutcome(outcomeText);
  const traces = useTraces({ transactionId, outcome });
  const filtered = transactionId !== "" || outcome !== "";

  return (
    <>
      <PageHeader route={tracesRoute} description={t("traces.lead")} />
      <PageSection>
        <TraceFilterForm
          key={transactionId}
          transactionId={transactionId}
          outcome={outcome}
          onTransaction={setTransactionId}
          onOutcome={setOutcome}
        />
        <DataState
          query={traces}
          empty={{
            when: (data) => data.pages.every((page) => page.items.length === 0),
            show: filtered ? (
              <Nothing filtered title={t("list.nomatch.title")}>
                {t("traces.nomatch")}
              </Nothing>
            ) : (
              <Nothing title={t("traces.none.title")}>{t("traces.none.body")}</Nothing>
            ),
          }}
        >
          {(data) => {
            const items = data.pages.flatMap((page) => page.items);
            return (
              <>
                <TraceTable traces={items} />
                <LoadMore
                  shown={items.length}
                  more={traces.hasNextPage}
                  busy={traces.isFetchingNextPage}
                  error={traces.isFetchNextPageError ? traces.error : null}
                  onMore={() => void traces.fetchNextPage()}
                />
              </>
            );
          }}
        </DataState>
      </PageSection>
    </>
  );
}
