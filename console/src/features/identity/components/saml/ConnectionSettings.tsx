import {
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Stack,
  StackItem,
} from "@patternfly/react-core";
import type { ReactNode } from "react";
import type { Connection } from "../../../../api/contract";
import { t } from "../../../../i18n";
import { Copy } from "../../../../ui/Copy";
import { Time } from "../../../../ui/Time";
import { CertificateList } from "./CertificateList";
import { attributes, bindings, comparisons, contexts, labelOf, signingModes } from "./options";
import { Section } from "./Section";
import { ServiceProviderValues } from "./ServiceProviderValues";

/** Every value of a saved connection. */
export function ConnectionSettings({ connection }: { connection: Connection }) {
  const { settings, serviceProvider } = connection;
  return (
    <Stack hasGutter>
      <StackItem>
        <Section title={t("saml.section.provider")}>
          <Values
            rows={[
              [
                t("connection.signInUrl"),
                <span key="url">
                  <Copy inline label={t("connection.signInUrl")} value={connection.signInUrl} /> {t("connection.signInUrl.later")}
                </span>,
              ],
              [t("connection.workspace"), yes(connection.usedByWorkspace)],
              [t("connection.created"), <CreatedBy key="created" connection={connection} />],
              [t("saml.scoped"), settings.scopedEntityId ? t("value.enabled") : t("value.disabled")],
            ]}
          />
          <ServiceProviderValues serviceProvider={serviceProvider} />
        </Section>
      </StackItem>
      <StackItem>
        <Section title={t("saml.section.connection")}>
          <Values
            rows={[
              [t("saml.idpEntityId"), settings.idpEntityId],
              [t("saml.signAuthnRequest"), yes(settings.signAuthnRequest)],
              [t("saml.ssoServiceUrl"), settings.ssoServiceUrl],
              [t("saml.ssoBinding"), labelOf(bindings, settings.ssoBinding)],
              [t("saml.responseSigning"), labelOf(signingModes, settings.responseSigning)],
              [t("saml.certificate"), <CertificateList key="certificates" certificates={settings.certificates} />],
              [t("saml.authnContext"), labelOf(contexts, settings.authnContext)],
              [t("saml.comparison"), labelOf(comparisons, settings.authnContextComparison)],
              [t("saml.metadataUrl"), settings.metadataUrl],
            ]}
          />
        </Section>
      </StackItem>
      <StackItem>
        <Section title={t("saml.section.logout")}>
          <Values
            rows={[
              [t("saml.logoutUrl"), settings.logoutUrl],
              ...(settings.logoutUrl === ""
                ? []
                : [
                    [t("saml.sloBinding"), labelOf(bindings, settings.sloBinding)] as const,
                    [t("saml.signLogoutRequest"), yes(settings.signLogoutRequest)] as const,
                  ]),
            ]}
          />
        </Section>
      </StackItem>
      <StackItem>
        <Section title={t("saml.section.attributes")}>
          <Values
            rows={[
              ...attributes.map(({ name, label }) => [label, settings.attributeNames[name]] as const),
              [t("saml.requireMappedClaims"), yes(settings.requireMappedClaims)],
            ]}
          />
        </Section>
      </StackItem>
    </Stack>
  );
}

function yes(value: boolean): string {
  return value ? t("value.yes") : t("value.no");
}

function CreatedBy({ connection }: { connection: Connection }) {
  return (
    <>
      <Time at={connection.createdAt} /> {t("connection.by", { name: connection.createdBy })}
    </>
  );
}

function Values({ rows }: { rows: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <DescriptionList isCompact orientation={{ sm: "vertical", md: "horizontal" }} horizontalTermWidthModifier={{ md: "16rem" }} className="cw-values">
      {rows.map(([label, value]) => (
        <DescriptionListGroup key={label}>
          <DescriptionListTerm>{label}</DescriptionListTerm>
          <DescriptionListDescription className="cw-break">
            {value === "" ? <span className="cw-none">{t("value.none")}</span> : value}
          </DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  );
}
