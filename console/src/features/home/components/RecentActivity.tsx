import { Card, CardBody, CardFooter, CardTitle, Content, List, ListItem } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useAllowed, useCustomer } from "../../../api/customer";
import { useLiveInterval } from "../../../api/polling";
import { latestRecordsQuery } from "../../../api/queries";
import { systemLogRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { TimeAgo } from "../../../ui/Time";

const shown = 5;

/** The newest changes; nothing for those who may not see the System Log (PLT-014). */
export function RecentActivity() {
  return useAllowed(systemLogRoute.needs) ? <Activity /> : null;
}

function Activity() {
  const { id } = useCustomer();
  const refetchInterval = useLiveInterval();
  const records = useQuery({ ...latestRecordsQuery(id, shown), refetchInterval });
  return (
    <Card>
      <CardTitle component="h2">{t("activity.title")}</CardTitle>
      <CardBody>
        <DataState
          query={records}
          empty={{ when: (page) => page.items.length === 0, show: <Content component="p">{t("activity.none")}</Content> }}
        >
          {(page) => (
            <List isPlain isBordered>
              {page.items.slice(0, shown).map((record) => (
                <ListItem key={record.recordId}>
                  <span className="cw-break">{record.eventMessage}</span>
                  <Content component="small" className="cw-break">
                    {record.actorDisplayName} · <TimeAgo at={record.utcTimestamp} />
                  </Content>
                </ListItem>
              ))}
            </List>
          )}
        </DataState>
      </CardBody>
      <CardFooter>
        <Link to={systemLogRoute.link()}>{t("activity.all")}</Link>
      </CardFooter>
    </Card>
  );
}
