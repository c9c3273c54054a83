import { Button, PageSection } from "@patternfly/react-core";
import { PlusIcon } from "@patternfly/react-icons";
import { useCustomer, useMe } from "../../../api/customer";
import { t } from "../../../i18n";
import { Copy } from "../../../ui/Copy";
import { DataState, Nothing } from "../../../ui/DataState";
import { Field } from "../../../ui/Field";
import { PageHeader } from "../../../ui/PageHeader";
import { useSearchState } from "../../../ui/useSearchState";
import { CreatePrincipalDialog } from "../components/CreatePrincipalDialog";
import { IdentityTabs } from "../../../app/IdentityTabs";
import { PrincipalList } from "../components/PrincipalList";
import { usePrincipals } from "../queries";
import { apiAccessRoute } from "../routes";

export default function ApiAccessPage() {
  const principals = usePrincipals();
  const { links } = useMe();
  const customer = useCustomer();
  const [dialog, setDialog] = useSearchState("dialog");
  const add = (
    <Button icon={<PlusIcon />} onClick={() => setDialog("create")}>
      {t("principals.create")}
    </Button>
  );
  return (
    <>
      <PageHeader route={apiAccessRoute} description={t("apiaccess.lead")} actions={add} />
      <IdentityTabs active={apiAccessRoute.path} />
      <PageSection>
        <div className="cw-pair cw-form">
          <Field id="customer-id" label={t("customer.id")}>
            <Copy label={t("customer.id")} value={customer.id} />
          </Field>
          {links.api !== "" && (
            <Field id="api-address" label={t("apiaccess.address")}>
              <Copy label={t("apiaccess.address")} value={links.api} />
            </Field>
          )}
        </div>
        <div className="cw-gap">
          <DataState
            query={principals}
            empty={{
              when: (page) => page.items.length === 0,
              show: (
                <Nothing title={t("principals.none.title")} actions={add}>
                  {t("principals.none.body")}
                </Nothing>
              ),
            }}
          >
            {(page) => <PrincipalList principals={page.items} />}
          </DataState>
        </div>
      </PageSection>
      {dialog === "create" && <CreatePrincipalDialog onClose={() => setDialog("")} />}
    </>
  );
}
