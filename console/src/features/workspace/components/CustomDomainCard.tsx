import { Alert, Button, Card, CardBody, CardHeader, CardTitle, Content, Label } from "@patternfly/react-core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useAllowed } from "../../../api/customer";
import type { Versioned } from "../../../api/client";
import type { CustomDomain } from "../../../api/contract/customDomain";
import { t } from "../../../i18n";
import { type Action, ActionsMenu } from "../../../ui/ActionsMenu";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { Copy } from "../../../ui/Copy";
import { DataState } from "../../../ui/DataState";
import { Time } from "../../../ui/Time";
import { Values } from "../../../ui/Values";
import { useCustomDomain, useDomainActions } from "../domainQueries";
import { customSamlRoute } from "../routes";
import { DomainCertificateDialog } from "./DomainCertificateDialog";
import { DomainDialog } from "./DomainDialog";
import { SignInChecks } from "./SignInChecks";

/** "Custom Workspace URL": the workspace's own host, if it has one. */
export function CustomDomainCard() {
  const domain = useCustomDomain();
  return <DataState query={domain}>{(found) => (found === null ? <None /> : <Domain found={found} />)}</DataState>;
}

function None() {
  const [adding, setAdding] = useState(false);
  return (
    <Card>
      <CardTitle component="h2">{t("domain.title")}</CardTitle>
      <CardBody>
        <Content component="p">{t("domain.none")}</Content>
        <Button variant="secondary" onClick={() => setAdding(true)}>
          {t("domain.add")}
        </Button>
      </CardBody>
      {adding && <DomainDialog onClose={() => setAdding(false)} />}
    </Card>
  );
}

const look = { provisioning: "info", active: "success", failed: "danger" } as const;

function Domain({ found: { value, etag } }: { found: Versioned<CustomDomain> }) {
  const [dialog, setDialog] = useState<"change" | "upload" | "remove" | null>(null);
  const { remove } = useDomainActions(etag);
  const maySaml = useAllowed(customSamlRoute.needs);
  const navigate = useNavigate();
  const close = () => setDialog(null);
  const actions: Action[] = [
    {
      label: t("domain.edit"),
      onClick: () => void navigate(customSamlRoute.link()),
      disabledReason: maySaml ? undefined : t("state.denied.hint"),
    },
    { label: t("domain.change"), onClick: () => setDialog("change") },
    ...(value.tls === "upload" ? [{ label: t("domain.upload"), onClick: () => setDialog("upload") }] : []),
    { label: t("domain.remove"), danger: true, onClick: () => setDialog("remove") },
  ];
  return (
    <Card>
      <CardHeader actions={{ actions: <ActionsMenu label={t("actions.for", { name: t("domain.title") })} actions={actions} />, hasNoOffset: true }}>
        <CardTitle component="h2">
          <span className="cw-titled">
            {t("domain.title")} <Label status={look[value.state]}>{t(`domain.state.${value.state}`)}</Label>
          </span>
        </CardTitle>
      </CardHeader>
      <CardBody>
        <Values
          rows={[
            { label: t("domain.host"), value: <Copy inline label={t("domain.title")} value={value.url} /> },
            { label: t("domain.tls"), value: t(`domain.tls.${value.tls}`) },
            { label: t("domain.certificate"), value: value.certificate === null ? "" : <CertificateFacts certificate={value.certificate} /> },
          ]}
        />
        {value.state !== "active" && <Proof proof={value.proof} />}
        {value.state === "provisioning" && (
          <Alert isInline variant="info" title={t("domain.provisioning")}>
            {value.reason !== "" && <p>{value.reason}</p>}
            <p>{t("domain.provisioning.body", { host: value.host })}</p>
          </Alert>
        )}
        {value.state === "failed" && (
          <Alert isInline variant="danger" title={t("domain.failed")}>
            {value.reason}
          </Alert>
        )}
        {value.tls === "upload" && value.certificate === null && (
          <Button className="cw-gap" variant="secondary" onClick={() => setDialog("upload")}>
            {t("domain.upload")}
          </Button>
        )}
        {maySaml && <SignInChecks key={etag} />}
      </CardBody>
      {dialog === "change" && <DomainDialog domain={value} etag={etag} onClose={close} />}
      {dialog === "upload" && <DomainCertificateDialog host={value.host} etag={etag} onClose={close} />}
      {dialog === "remove" && (
        <ConfirmDialog
          danger
          title={t("domain.remove.title", { host: value.host })}
          confirm={t("domain.remove")}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(undefined, { onSuccess: close })}
          onClose={close}
        >
          {t("domain.remove.body")}
        </ConfirmDialog>
      )}
    </Card>
  );
}

function CertificateFacts({ certificate: { subject, notAfter } }: { certificate: { subject: string; notAfter: string } }) {
  return (
    <>
      {subject} · {t("slots.expires")} <Time at={notAfter} />
    </>
  );
}

/** The DNS record that shows whose host it is. */
function Proof({ proof: { type, name, value } }: { proof: CustomDomain["proof"] }) {
  return (
    <>
      <Content component="p">{t("domain.proof", { type })}</Content>
      <Values
        rows={[
          { label: t("domain.proof.name"), value: <Copy inline label={t("domain.proof.name")} value={name} /> },
          { label: t("domain.proof.value"), value: <Copy inline label={t("domain.proof.value")} value={value} /> },
        ]}
      />
    </>
  );
}
