import { Alert } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { IdpCertificate, ServiceProvider } from "../../../../api/contract/saml";
import { useAllowed, useCustomer } from "../../../../api/customer";
import type { Connection } from "../../../../api/contract/connections";
import { customSamlQuery } from "../../../../api/federationQueries";
import { customSamlRoute } from "../../../../app/links";
import { t } from "../../../../i18n";
import { Copy } from "../../../../ui/Copy";
import { localTime } from "../../../../ui/time";
import { Time } from "../../../../ui/Time";
import { type Row, Values } from "../../../../ui/Values";
import { attributes, bindings, comparisons, contexts, labelOf, signingModes } from "../saml/options";
import { Section } from "../saml/Section";
import { CertificateDownloads } from "../saml/ServiceProviderValues";
import { CertificateSlots } from "./CertificateSlots";

/** Every value of a saved connection, for both of its applications at the identity provider (SSO-153, SSO-188). */
export function ConnectionSettings({ connection, etag }: { connection: Connection; etag: string }) {
  const customer = useCustomer().id;
  const mayWorkspace = useAllowed("workspace_configuration");
  const second = connection.customDomain;
  const custom = useQuery({ ...customSamlQuery(customer), enabled: mayWorkspace && second !== null }).data?.value.serviceProvider;
  return (
    <div className="cw-stack">
      <Section title={t("view.section.provider")}>
        <CustomOnly connection={connection} />
        <Values rows={[...aboutRows(connection), ...ourRows(connection, custom)]} />
      </Section>
      <Section title={t("saml.section.connection")}>
        <Values rows={theirRows(connection)} />
      </Section>
      <Section title={t("saml.section.certificates")} lead={t(connection.secondCertificate ? "saml.section.certificates.lead" : "saml.section.certificates.lead.single")}>
        <CertificateSlots connection={connection} etag={etag} />
      </Section>
      <Section title={t("saml.section.attributes")}>
        <Values
          rows={[
            ...attributes.map(({ name, label, initial }) => ({ label, value: connection.settings.attributeNames[name] || <NotRead initial={initial} /> })),
            { label: t("saml.requireMappedClaims"), value: yes(connection.settings.requireMappedClaims) },
          ]}
        />
      </Section>
    </div>
  );
}

/** Says whose addresses these are when the workspace is used at its own host alone, and that administrators' are others (SSO-178). */
function CustomOnly({ connection: { serviceProvider, standardAcsUrl, adminCapable, signInUrl } }: { connection: Connection }) {
  if (serviceProvider.acsUrl === standardAcsUrl) return null;
  return (
    <Alert
      isInline
      className="cw-alert"
      variant={adminCapable ? "warning" : "info"}
      title={t("view.customOnly")}
      actionLinks={<Link to={customSamlRoute.link()}>{t("view.manage")}</Link>}
    >
      <p>{t("view.customOnly.body")}</p>
      {adminCapable && <p className="cw-break">{t("view.customOnly.administrators", { url: signInUrl, acs: standardAcsUrl })}</p>}
    </Alert>
  );
}

function aboutRows(connection: Connection): Row[] {
  return [
    copied(t("connection.signInUrl"), connection.signInUrl),
    { label: t("view.administrators"), value: connection.adminCapable ? t("value.yes") : t("view.administrators.no") },
    { label: t("connection.workspace"), value: yes(connection.usedByWorkspace) },
    {
      label: t("connection.created"),
      value: (
        <>
          <Time at={connection.createdAt} /> {t("connection.by", { name: connection.createdBy })}
        </>
      ),
    },
  ];
}

/** What the applications at the identity provider are told about us. */
function ourRows({ settings, serviceProvider, customDomain: second }: Connection, custom: ServiceProvider | undefined): Row[] {
  return [
    { label: t("view.scoped"), value: enabled(settings.scopedEntityId), help: t("saml.scoped.help") },
    ...(second === null ? [] : [{ label: t("view.scoped.custom"), value: <Custom>{enabled(second.scopedEntityId)}</Custom> }]),
    copied(t("view.entityId"), serviceProvider.entityId, t("saml.sp.entityId.help")),
    ...(second === null ? [] : [copied(t("view.entityId.custom"), second.entityId)]),
    copied(t("view.acsUrl"), serviceProvider.acsUrl, t("saml.sp.acsUrl.help")),
    ...(custom === undefined ? [] : [copied(t("view.acsUrl.custom"), custom.acsUrl)]),
    copied(t("view.logoutUrl"), serviceProvider.logoutUrl, t("saml.sp.logoutUrl.help")),
    ...(custom === undefined ? [] : [copied(t("view.logoutUrl.custom"), custom.logoutUrl)]),
    { label: t("view.metadata"), value: <Metadata url={serviceProvider.metadataUrl} />, help: t("view.metadata.help") },
    ...(custom === undefined ? [] : [{ label: t("view.metadata.custom"), value: <Metadata url={custom.metadataUrl} />, help: t("view.metadata.help") }]),
    { label: t("saml.sp.certificate"), value: <CertificateDownloads metadataUrl={serviceProvider.metadataUrl} which="active" />, help: t("saml.sp.certificate.help") },
  ];
}

/** What was entered about the identity provider. */
function theirRows({ settings, sendNameIdPolicy, customDomain: second }: Connection): Row[] {
  return [
    copied(t("saml.idpEntityId"), settings.idpEntityId, t("saml.idpEntityId.help")),
    ...(second === null ? [] : [manage(t("view.idpEntityId.custom"), second.idpEntityId)]),
    { label: t("view.signAuthnRequest"), value: yes(settings.signAuthnRequest), help: t("saml.enforcement") },
    copied(t("view.ssoServiceUrl"), settings.ssoServiceUrl, t("saml.ssoServiceUrl.help")),
    ...(second === null ? [] : [manage(t("view.ssoServiceUrl.custom"), second.ssoServiceUrl)]),
    { label: t("view.ssoBinding"), value: labelOf(bindings, settings.ssoBinding) },
    { label: t("view.responseSigning"), value: labelOf(signingModes, settings.responseSigning), help: t("saml.responseSigning.help") },
    ...(second === null ? [] : [{ label: t("view.certificate.custom"), value: <Custom>{second.certificates.map(certificateText).join("; ")}</Custom> }]),
    { label: t("view.authnContext"), value: `${labelOf(contexts, settings.authnContext)}, ${labelOf(comparisons, settings.authnContextComparison)}` },
    settings.logoutUrl === "" ? { label: t("view.sloUrl"), value: t("view.sloUrl.none") } : copied(t("view.sloUrl"), settings.logoutUrl),
    ...(second === null ? [] : [manage(t("view.sloUrl.custom"), second.logoutUrl)]),
    ...(settings.logoutUrl === ""
      ? []
      : [
          { label: t("view.sloBinding"), value: labelOf(bindings, settings.sloBinding) },
          { label: t("view.signLogoutRequest"), value: yes(settings.signLogoutRequest) },
        ]),
    { label: t("saml.acceptEncrypted"), value: settings.acceptEncrypted ? (settings.allowCbc ? t("view.encrypted.cbc") : t("value.yes")) : t("value.no") },
    { label: t("view.nameIdPolicy"), value: sendNameIdPolicy ? t("view.nameIdPolicy.on") : t("view.nameIdPolicy.off"), help: t("view.nameIdPolicy.help") },
  ];
}

function copied(label: string, value: string, help?: string): Row {
  return { label, value: value === "" ? "" : <Copy inline label={label} value={value} />, ...(help === undefined ? {} : { help }) };
}

function manage(label: string, value: string): Row {
  return { label, value: <Custom>{value === "" ? <span className="cw-none">{t("value.none")}</span> : <Copy inline label={label} value={value} />}</Custom> };
}

/** A value of the application for the workspace's own host, which is edited elsewhere. */
function Custom({ children }: { children: ReactNode }) {
  return (
    <>
      {children} <Link to={customSamlRoute.link()}>{t("view.manage")}</Link>
    </>
  );
}

function Metadata({ url }: { url: string }) {
  return (
    <>
      <a href={url} target="_blank" rel="noreferrer">
        {t("action.download")}
      </a>{" "}
      <Copy inline label={t("saml.sp.metadata")} value={url} />
    </>
  );
}

function NotRead({ initial }: { initial: string }) {
  return (
    <span className="cw-none">
      {t("saml.attributes.blank")} <s>{initial}</s>
    </span>
  );
}

function yes(value: boolean): string {
  return value ? t("value.yes") : t("value.no");
}

function enabled(value: boolean): string {
  return value ? t("value.enabled") : t("value.disabled");
}

/** File name, expiry and common name, as the card of a certificate prints them. */
function certificateText({ fileName, notAfter, commonName }: IdpCertificate): string {
  return `${fileName} · ${t("slots.expires")} ${localTime(notAfter)} · CN=${commonName}`;
}
