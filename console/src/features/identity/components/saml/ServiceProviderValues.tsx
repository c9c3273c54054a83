import { Button, Form } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import type { ServiceProvider } from "../../../../api/contract/saml";
import { t } from "../../../../i18n";
import { Copy } from "../../../../ui/Copy";
import { Field } from "../../../../ui/Field";

/** Where the certificate with which we sign now is served, beside the metadata (SSO-090, SSO-223). */
export function signingCertificateUrl(metadataUrl: string, form: "pem" | "cer", which: "active" | "next"): string {
  return new URL(`/saml/metadata/signing-certificate.${form}?which=${which}`, metadataUrl).href;
}

/** What the application at the identity provider must be told about us, and our metadata and certificate (SAM-032). */
export function ServiceProviderValues({ serviceProvider }: { serviceProvider: ServiceProvider }) {
  const values = [
    { id: "sp-entity", label: t("saml.sp.entityId"), help: t("saml.sp.entityId.help"), value: serviceProvider.entityId },
    { id: "sp-acs", label: t("saml.sp.acsUrl"), help: t("saml.sp.acsUrl.help"), value: serviceProvider.acsUrl },
    { id: "sp-logout", label: t("saml.sp.logoutUrl"), help: t("saml.sp.logoutUrl.help"), value: serviceProvider.logoutUrl },
  ];
  return (
    <Form>
      {values.map(({ id, label, help, value }) => (
        <Field key={id} id={id} label={label} help={help}>
          <Copy label={label} value={value} />
        </Field>
      ))}
      <Field id="sp-metadata" label={t("saml.sp.metadata")} help={t("saml.sp.metadata.help")} note={<span className="cw-break">{serviceProvider.metadataUrl}</span>}>
        <DownloadLink href={serviceProvider.metadataUrl}>{t("action.download")}</DownloadLink>
      </Field>
      <Field id="sp-certificate" label={t("saml.sp.certificate")} help={t("saml.sp.certificate.help")}>
        <CertificateDownloads metadataUrl={serviceProvider.metadataUrl} which="active" />
      </Field>
    </Form>
  );
}

export function CertificateDownloads({ metadataUrl, which }: { metadataUrl: string; which: "active" | "next" }) {
  return (
    <span className="cw-buttons">
      {(["pem", "cer"] as const).map((form) => (
        <DownloadLink key={form} href={signingCertificateUrl(metadataUrl, form, which)}>
          {t(`download.${form}`)}
        </DownloadLink>
      ))}
    </span>
  );
}

/** Opens in another tab what another site serves. */
function DownloadLink({ href, children }: { href: string; children: string }) {
  return (
    <Button variant="secondary" icon={<DownloadIcon />} component="a" href={href} target="_blank" rel="noreferrer">
      {children}
    </Button>
  );
}
