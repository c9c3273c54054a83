import { Button, Card, CardBody, CardTitle, Content, Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Link } from "react-router";
import type { RotationConnection } from "../../../api/contract/rotation";
import { useNextKeyTest } from "../../../api/federationQueries";
import { connectionRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { BlockedWindow } from "../../../ui/BlockedWindow";
import { Nothing } from "../../../ui/DataState";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { Time } from "../../../ui/Time";
import { useRoundTrip } from "../../../ui/useRoundTrip";

interface Props {
  connections: readonly RotationConnection[];
  /** There is a next certificate to be prepared for. */
  hasNext: boolean;
}

/** Per connection: whether a rotation affects it, who has fetched the next certificate, and the last test with its key. */
export function FetchTable({ connections, hasNext }: Props) {
  const test = useNextKeyTest();
  const { blockedUrl, run } = useRoundTrip();
  const begin = (id: string) => run(() => test.mutateAsync(id)).catch(() => undefined); // the alert below tells why
  return (
    <Card>
      <CardTitle component="h2">{t("rotation.connections")}</CardTitle>
      <CardBody>
        <Content component="p">{t("rotation.connections.lead")}</Content>
        <ProblemAlert error={test.error} />
        <BlockedWindow url={blockedUrl} />
        {connections.length === 0 ? (
          <Nothing title={t("rotation.connections.none.title")}>{t("rotation.connections.none.body")}</Nothing>
        ) : (
          <Table aria-label={t("rotation.connections")} variant="compact">
            <Thead>
              <Tr>
                <Th>{t("rotation.column.connection")}</Th>
                <Th modifier="fitContent">{t("rotation.column.affected")}</Th>
                <Th>{t("rotation.column.fetch")}</Th>
                <Th>{t("rotation.column.test")}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {connections.map((connection) => (
                <Tr key={connection.connectionId}>
                  <Td dataLabel={t("rotation.column.connection")} modifier="breakWord">
                    <Link to={connectionRoute.link({ connectionId: connection.connectionId })}>{connection.nickname}</Link>
                  </Td>
                  <Td dataLabel={t("rotation.column.affected")}>{t(`rotation.affected.short.${connection.affected}`)}</Td>
                  <Td dataLabel={t("rotation.column.fetch")} modifier="breakWord">
                    <Fetch connection={connection} hasNext={hasNext} />
                  </Td>
                  <Td dataLabel={t("rotation.column.test")} modifier="breakWord">
                    <LastTest connection={connection} />
                    {hasNext && (
                      <Button
                        variant="link"
                        isInline
                        aria-label={t("rotation.test.named", { name: connection.nickname })}
                        isDisabled={test.isPending}
                        onClick={() => void begin(connection.connectionId)}
                      >
                        {t("rotation.test")}
                      </Button>
                    )}
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        )}
      </CardBody>
    </Card>
  );
}

function Fetch({ connection: { fetchKnown, lastFetch, fetchedNext }, hasNext }: { connection: RotationConnection; hasNext: boolean }) {
  if (!fetchKnown) return <span className="cw-none">{t("rotation.fetch.unknown")}</span>;
  if (lastFetch === null) return <span className="cw-none">{t("rotation.fetch.never")}</span>;
  return (
    <>
      {hasNext && <Label status={fetchedNext ? "success" : "warning"}>{fetchedNext ? t("rotation.fetched") : t("rotation.notFetched")}</Label>}
      <Content component="small">
        <Time at={lastFetch.at} /> · {lastFetch.address} · {lastFetch.userAgent}
      </Content>
    </>
  );
}

function LastTest({ connection: { nextKeyTest } }: { connection: RotationConnection }) {
  if (nextKeyTest === null) return <div className="cw-none">{t("rotation.test.never")}</div>;
  return (
    <div>
      <Label status={nextKeyTest.ok ? "success" : "danger"}>{nextKeyTest.ok ? t("rotation.test.ok") : t("rotation.test.failed")}</Label>
      <Content component="small">
        <Time at={nextKeyTest.at} /> {nextKeyTest.code}
      </Content>
    </div>
  );
}
