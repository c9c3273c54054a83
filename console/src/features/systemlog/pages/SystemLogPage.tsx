import { Button, PageSection } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import { useState } from "react";
import { useCustomer } from "../../../api/customer";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { FilterForm } from "../components/FilterForm";
import { Records } from "../components/Records";
import { toQuery, useFilter } from "../filter";
import { exportAddress, useRecords } from "../queries";
import { systemLogRoute } from "../routes";

export default function SystemLogPage() {
  const { id } = useCustomer();
  const [filter, setFilter] = useFilter();
  const [viewedAt, setViewedAt] = useState(() => Date.now());
  const query = toQuery(filter, viewedAt);
  const records = useRecords(query);
  return (
    <>
      <PageHeader
        route={systemLogRoute}
        description={t("systemlog.lead")}
        actions={
          <Button variant="secondary" component="a" href={exportAddress(id, query)} download icon={<DownloadIcon />}>
            {t("systemlog.export")}
          </Button>
        }
      />
      <PageSection>
        <FilterForm
          filter={filter}
          onView={(wanted) => {
            setFilter(wanted);
            setViewedAt(Date.now());
          }}
        />
        <DataState query={records}>{(data) => <Records key={JSON.stringify(query)} query={query} records={records} data={data} filter={filter} />}</DataState>
      </PageSection>
    </>
  );
}
