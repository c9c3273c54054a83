import { Content, PageSection, Title } from "@patternfly/react-core";
import { Link, useNavigate } from "react-router";
import { connectDirectoryRoute } from "../../../app/links";
import { IdentityTabs } from "../../../app/IdentityTabs";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { useSearchState } from "../../../ui/useSearchState";
import { AddProviderMenu } from "../components/AddProviderMenu";
import { ConnectionCards } from "../components/connections/ConnectionCards";
import { DraftList } from "../components/connections/DraftList";
import { SignInUrlDialog } from "../components/connections/SignInUrlDialog";
import { DirectoryNotice } from "../components/DirectoryNotice";
import { ProviderTable } from "../components/ProviderTable";
import { useProviders } from "../queries";
import { authenticationRoute, entraRoute, selfTestRoute } from "../routes";

export default function AuthenticationPage() {
  const providers = useProviders();
  const navigate = useNavigate();
  const [dialog, setDialog] = useSearchState("dialog");
  const connect = () => setDialog("connect-saml");
  return (
    <>
      <PageHeader
        route={authenticationRoute}
        description={t("providers.lead")}
        actions={
          providers.data && (
            <AddProviderMenu providers={providers.data.items} onSaml={connect} onDirectory={() => void navigate(connectDirectoryRoute.link())} />
          )
        }
      />
      <IdentityTabs active={authenticationRoute.path} />
      <PageSection>
        <DirectoryNotice />
        <DraftList />
        <DataState query={providers}>
          {({ items }) => (
            <>
              <ConnectionCards connections={items.flatMap(({ connections }) => connections)} />
              <Title headingLevel="h2" size="lg">
                {t("providers.table")}
              </Title>
              <ProviderTable providers={items} onConnectSaml={connect} />
              <Content component="p" className="cw-gap">
                {t("entra.offer")} <Link to={entraRoute.link()}>{t("entra.title")}</Link>
              </Content>
              <Content component="p" className="cw-gap">
                {t("selftest.offer")} <Link to={selfTestRoute.link()}>{t("selftest.title")}</Link>
              </Content>
            </>
          )}
        </DataState>
      </PageSection>
      {dialog === "connect-saml" && <SignInUrlDialog onClose={() => setDialog("")} />}
    </>
  );
}
