import { Button, Form } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import type { ServiceProvider } from "../../../../api/contract";
import { t } from "../../../../i18n";
import { Copy } from "../../../../ui/Copy";
import { Field } from "../../../../ui/Field";

/** What the application at the identity provider must be told about us, and our metadata (SAM-032). */
export function ServiceProviderValues({ serviceProvider }: { serviceProvider: ServiceProvider }) {
  const values = [
    { id: "sp-entity", label: t("saml.sp.entityId"), value: serviceProvider.entityId },
    { id: "sp-acs", label: t("saml.sp.acsUrl"), value: serviceProvider.acsUrl },
    { id: "sp-logout", label: t("saml.sp.logoutUrl"), value: serviceProvider.logoutUrl },
  ];
  return (
    <Form>
      {values.map(({ id, label, value }) => (
        <Field key={id} id={id} label={label}>
          <Copy label={label} value={value} />
        </Field>
      ))}
      <Field id="sp-metadata" label={t("saml.sp.metadata")} note={<span className="cw-break">{serviceProvider.metadataUrl}</span>}>
        <Button
          variant="secondary"
          icon={<DownloadIcon />}
          component="a"
          href={serviceProvider.metadataUrl}
          target="_blank"
          rel="noreferrer"
        >
          {t("action.download")}
        </Button>
      </Field>
    </Form>
  );
}
