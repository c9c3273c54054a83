import { PageSection } from "@patternfly/react-core";
import { useState } from "react";
import { t } from "../../../i18n";
import { DataState, Nothing } from "../../../ui/DataState";
import { LoadMore } from "../../../ui/LoadMore";
import { PageHeader } from "../../../ui/PageHeader";
import { useSearchState } from "../../../ui/useSearchState";
import { PeriodForm } from "../components/PeriodForm";
import { RecordTable } from "../components/RecordTable";
import { toPeriod, useRecords } from "../queries";
import { systemLogRoute } from "../routes";

export default function SystemLogPage() {
  const [search, setSearch] = useSearchState("period", "30");
  const [viewedAt, setViewedAt] = useState(() => Date.now());
  const days = toPeriod(search);
  const records = useRecords(days, viewedAt);

  return (
    <>
      <PageHeader route={systemLogRoute} description={t("systemlog.lead")} />
      <PageSection>
        <PeriodForm
          days={days}
          onView={(chosen) => {
            setSearch(String(chosen));
            setViewedAt(Date.now());
          }}
        />
        <DataState
          query={records}
          empty={{
            when: (data) => data.pages.every((page) => page.items.length === 0),
            show: <Nothing title={t("systemlog.none.title")}>{t("systemlog.none.body", { days })}</Nothing>,
          }}
        >
          {(data) => {
            const items = data.pages.flatMap((page) => page.items);
            return (
              <>
                <RecordTable records={items} />
                <LoadMore
                  shown={items.length}
                  more={records.hasNextPage}
                  busy={records.isFetchingNextPage}
                  error={records.isFetchNextPageError ? records.error : null}
                  onMore={() => void records.fetchNextPage()}
                />
              </>
            );
          }}
        </DataState>
      </PageSection>
    </>
  );
}
