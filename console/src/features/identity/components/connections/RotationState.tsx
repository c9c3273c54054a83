import { Alert, Button, Content, Label, List, ListItem } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useCustomer } from "../../../../api/customer";
import type { Connection } from "../../../../api/contract/connections";
import type { Rotation } from "../../../../api/contract/rotation";
import { rotationQuery, useNextKeyTest } from "../../../../api/federationQueries";
import { samlCertificatesRoute } from "../../../../app/links";
import { t } from "../../../../i18n";
import { BlockedWindow } from "../../../../ui/BlockedWindow";
import { DataState } from "../../../../ui/DataState";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { Time } from "../../../../ui/Time";
import { useRoundTrip } from "../../../../ui/useRoundTrip";
import { Values } from "../../../../ui/Values";
import { Section } from "../saml/Section";
import { CertificateDownloads } from "../saml/ServiceProviderValues";

/** Whether the rotation of our signing certificate concerns this identity provider, and whether it is prepared (SSO-218). */
export function RotationState({ connection }: { connection: Connection }) {
  const rotation = useQuery(rotationQuery(useCustomer().id));
  return (
    <Section title={t("rotation.title")}>
      <DataState query={rotation}>
        {(data) => (
          <>
            <AffectedBy affected={connection.affected} planned={data.plan !== null} />
            <div className="cw-gap">
              <State connection={connection} rotation={data} />
            </div>
          </>
        )}
      </DataState>
      <p className="cw-gap">
        <Link to={samlCertificatesRoute.link()}>{t("rotation.open")}</Link>
      </p>
    </Section>
  );
}

/** A warning only while a rotation is planned. */
function AffectedBy({ affected: { answer, reasons }, planned }: { affected: Connection["affected"]; planned: boolean }) {
  const why = reasons.length > 0 && (
    <List>
      {reasons.map((reason) => (
        <ListItem key={reason}>{reason}</ListItem>
      ))}
    </List>
  );
  if (planned) {
    return (
      <Alert isInline isPlain variant={answer === "yes" ? "warning" : "info"} title={t(`rotation.affected.${answer}`)}>
        {why}
      </Alert>
    );
  }
  return (
    <>
      <Content component="p">{t(`rotation.unplanned.${answer}`)}</Content>
      {why}
    </>
  );
}

function State({ connection, rotation }: { connection: Connection; rotation: Rotation }) {
  const own = rotation.connections.find(({ connectionId }) => connectionId === connection.id);
  const next = rotation.certificates.find(({ state }) => state === "next");
  const active = rotation.certificates.find(({ state }) => state === "active");
  return (
    <>
      <Values
        rows={[
          ...(active === undefined
            ? []
            : [
                { label: t("rotation.active"), value: <span className="cw-transaction">{active.sha1}</span> },
                { label: t("rotation.expiry"), value: <Time at={active.notAfter} /> },
              ]),
          ...(next === undefined
            ? [{ label: t("rotation.next"), value: t("rotation.next.none") }]
            : [
                { label: t("rotation.next"), value: <span className="cw-transaction">{next.sha1}</span> },
                { label: t("rotation.activation"), value: next.activatesAt === null ? t("value.unknown") : <Time at={next.activatesAt} /> },
                { label: t("rotation.download"), value: <CertificateDownloads metadataUrl={connection.serviceProvider.metadataUrl} which="next" /> },
              ]),
          { label: t("rotation.fetch"), value: <Fetch own={own} /> },
          ...(own?.nextKeyTest ? [{ label: t("rotation.test.last"), value: <LastTest test={own.nextKeyTest} /> }] : []),
        ]}
      />
      {next !== undefined && <NextKeyTest connectionId={connection.id} />}
    </>
  );
}

function Fetch({ own }: { own: Rotation["connections"][number] | undefined }) {
  if (own?.fetchKnown === false) return t("rotation.fetch.unknown");
  if (own === undefined || own.lastFetch === null) return t("rotation.fetch.never");
  return (
    <>
      <Label isCompact status={own.fetchedNext ? "success" : "warning"}>
        {own.fetchedNext ? t("rotation.fetched") : t("rotation.notFetched")}
      </Label>{" "}
      <Time at={own.lastFetch.at} /> · {own.lastFetch.address} · {own.lastFetch.userAgent}
    </>
  );
}

function LastTest({ test }: { test: { at: string; ok: boolean; code: string } }) {
  return (
    <>
      <Label isCompact status={test.ok ? "success" : "danger"}>
        {test.ok ? t("rotation.test.ok") : t("rotation.test.failed")}
      </Label>{" "}
      <Time at={test.at} /> {test.code}
    </>
  );
}

/** Sends one test request signed with the key that becomes active later: a provider that refuses it would refuse everybody then. */
function NextKeyTest({ connectionId }: { connectionId: string }) {
  const test = useNextKeyTest();
  const { blockedUrl, run } = useRoundTrip();
  const begin = () => run(() => test.mutateAsync(connectionId)).catch(() => undefined); // the alert below tells why
  return (
    <>
      <ProblemAlert error={test.error} />
      <Button variant="secondary" isLoading={test.isPending} isDisabled={test.isPending} onClick={() => void begin()}>
        {t("rotation.test")}
      </Button>
      <BlockedWindow url={blockedUrl} />
    </>
  );
}
