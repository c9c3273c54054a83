import { Card, CardBody, CardTitle, Content } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useAllowed, useCustomer } from "../../../api/customer";
import { workspaceQuery } from "../../../api/queries";
import { workspaceRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { CopyText } from "../../../ui/CopyText";
import { DataState } from "../../../ui/DataState";

/** The address that people open. */
export function WorkspaceCard() {
  return useAllowed(workspaceRoute.needs) ? <Address /> : null;
}

function Address() {
  const workspace = useQuery(workspaceQuery(useCustomer().id));
  return (
    <Card>
      <CardTitle component="h2">{t("workspace.url")}</CardTitle>
      <CardBody>
        <DataState query={workspace}>
          {({ value }) => (
            <>
              <CopyText label={t("workspace.url")} value={value.url} />
              <Content component="small">
                {value.authentication.method === "none" ? t("workspace.closed") : t("workspace.open")}
              </Content>
            </>
          )}
        </DataState>
      </CardBody>
    </Card>
  );
}
