import { PageSection } from "@patternfly/react-core";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { SignInForm } from "../components/SignInForm";
import { WorkspaceTabs } from "../components/WorkspaceTabs";
import { useSignInSettings } from "../queries";
import { workspaceSignInRoute } from "../routes";

export default function SignInPage() {
  const settings = useSignInSettings();
  return (
    <>
      <PageHeader route={workspaceSignInRoute} />
      <WorkspaceTabs active={workspaceSignInRoute.path} />
      <PageSection>
        <DataState query={settings}>{({ value, etag }) => <SignInForm settings={value} etag={etag} />}</DataState>
      </PageSection>
    </>
  );
}
