import { Alert, PageSection, Stack, StackItem } from "@patternfly/react-core";
import { Link } from "react-router";
import type { WorkspaceConfiguration } from "../../../api/contract/workspace";
import { useAllowed } from "../../../api/customer";
import { authenticationRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { MethodForm } from "../components/MethodForm";
import { WorkspaceTabs } from "../components/WorkspaceTabs";
import { useWorkspace } from "../queries";
import { workspaceRoute } from "../routes";

export default function WorkspacePage() {
  const workspace = useWorkspace();
  return (
    <>
      <PageHeader route={workspaceRoute} description={t("workspace.lead")} />
      <WorkspaceTabs active={workspaceRoute.path} />
      <PageSection>
        <DataState query={workspace}>{({ value, etag }) => <Configuration configuration={value} etag={etag} />}</DataState>
      </PageSection>
    </>
  );
}

function Configuration({ configuration, etag }: { configuration: WorkspaceConfiguration; etag: string }) {
  return (
    <Stack hasGutter>
      {configuration.authentication.method === "none" && (
        <StackItem>
          <NotChosen configuration={configuration} />
        </StackItem>
      )}
      <StackItem>
        <MethodForm configuration={configuration} etag={etag} />
      </StackItem>
    </Stack>
  );
}

/** Tells what to do until people can sign in. */
function NotChosen({ configuration }: { configuration: WorkspaceConfiguration }) {
  const mayConnect = useAllowed(authenticationRoute.needs);
  const possible = configuration.choices.some((choice) => choice.state === "available");
  return (
    <Alert
      isInline
      variant="warning"
      title={t("workspace.none.title")}
      className="cw-form"
      actionLinks={!possible && mayConnect && <Link to={authenticationRoute.link()}>{t("workspace.none.connect")}</Link>}
    >
      {possible ? t("workspace.none.choose") : t("workspace.none.body")}
    </Alert>
  );
}
