import { PageSection } from "@patternfly/react-core";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { AddressForm } from "../components/AddressForm";
import { CustomDomainCard } from "../components/CustomDomainCard";
import { WorkspaceTabs } from "../components/WorkspaceTabs";
import { useWorkspace } from "../queries";
import { workspaceAddressRoute } from "../routes";

export default function AddressPage() {
  const workspace = useWorkspace();
  return (
    <>
      <PageHeader route={workspaceAddressRoute} />
      <WorkspaceTabs active={workspaceAddressRoute.path} />
      <PageSection>
        <div className="cw-stack cw-form">
          <DataState query={workspace}>{({ value, etag }) => <AddressForm configuration={value} etag={etag} />}</DataState>
          <CustomDomainCard />
        </div>
      </PageSection>
    </>
  );
}
