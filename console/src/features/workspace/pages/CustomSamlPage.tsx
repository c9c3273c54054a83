import { Button, PageSection } from "@patternfly/react-core";
import { useNavigate } from "react-router";
import { t } from "../../../i18n";
import { DataState, Nothing } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { CustomSamlForm } from "../components/CustomSamlForm";
import { useCustomDomain, useCustomSaml, useCustomServiceProvider, useSamlActions } from "../domainQueries";
import { useWorkspace } from "../queries";
import { customSamlRoute, workspaceAddressRoute, workspaceRoute } from "../routes";

/** "Configure for SAML": needs a host of the workspace's own and SAML as its authentication (SSO-180). */
export default function CustomSamlPage() {
  const domain = useCustomDomain();
  return (
    <>
      <PageHeader route={customSamlRoute} description={t("domain.saml.heading")} />
      <PageSection>
        <DataState query={domain}>{(found) => (found === null ? <NoDomain /> : <WithDomain host={found.value.host} />)}</DataState>
      </PageSection>
    </>
  );
}

function NoDomain() {
  const navigate = useNavigate();
  return (
    <Nothing
      title={t("domain.saml.nodomain")}
      actions={<Button onClick={() => void navigate(workspaceAddressRoute.link())}>{t("domain.add")}</Button>}
    >
      {t("domain.saml.nodomain.body")}
    </Nothing>
  );
}

function WithDomain({ host }: { host: string }) {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  return (
    <DataState query={workspace}>
      {({ value }) =>
        value.authentication.method === "saml" ? (
          <WithSaml host={host} workspaceHost={new URL(value.url).host} />
        ) : (
          <Nothing
            title={t("domain.saml.nosaml")}
            actions={<Button onClick={() => void navigate(workspaceRoute.link())}>{t("connection.delete.inuse.way")}</Button>}
          >
            {t("domain.saml.nosaml.body")}
          </Nothing>
        )
      }
    </DataState>
  );
}

function WithSaml(hosts: { host: string; workspaceHost: string }) {
  const saml = useCustomSaml();
  const ours = useCustomServiceProvider();
  const actions = useSamlActions(saml.data?.etag ?? ""); // here, because a new version makes a new form
  return (
    <DataState query={saml}>
      {(found) => (
        <DataState query={ours}>
          {(provider) => <CustomSamlForm key={found?.etag} saml={found?.value ?? null} ours={provider} actions={actions} {...hosts} />}
        </DataState>
      )}
    </DataState>
  );
}
