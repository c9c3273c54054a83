import { PageSection } from "@patternfly/react-core";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { useSearchState } from "../../../ui/useSearchState";
import { DirectoryNotice } from "../components/DirectoryNotice";
import { DraftList } from "../components/DraftList";
import { IdentityTabs } from "../../../app/IdentityTabs";
import { ProviderTable } from "../components/ProviderTable";
import { SignInUrlDialog } from "../components/SignInUrlDialog";
import { useProviders } from "../queries";
import { authenticationRoute } from "../routes";

export default function AuthenticationPage() {
  const providers = useProviders();
  const [dialog, setDialog] = useSearchState("dialog");
  return (
    <>
      <PageHeader route={authenticationRoute} description={t("providers.lead")} />
      <IdentityTabs active={authenticationRoute.path} />
      <PageSection>
        <DirectoryNotice />
        <DraftList />
        <DataState query={providers}>
          {(page) => <ProviderTable providers={page.items} onConnectSaml={() => setDialog("connect-saml")} />}
        </DataState>
      </PageSection>
      {dialog === "connect-saml" && <SignInUrlDialog onClose={() => setDialog("")} />}
    </>
  );
}
