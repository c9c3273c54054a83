import { Alert, Card, CardBody, CardTitle, PageSection } from "@patternfly/react-core";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { AccountDetails } from "../components/AccountDetails";
import { InactivityState } from "../components/InactivityState";
import { ReadOnlyNote } from "../components/ReadOnlyNote";
import { useAccount, useInactivity, useRename } from "../queries";
import { accountRoute } from "../routes";

export default function AccountPage() {
  const account = useAccount();
  const inactivity = useInactivity();
  const rename = useRename();
  return (
    <>
      <PageHeader route={accountRoute} description={t("account.lead")} />
      <PageSection>
        <div className="cw-stack cw-form">
          <ReadOnlyNote />
          <Card>
            <CardTitle component="h2">{t("account.details")}</CardTitle>
            <CardBody>
              <div role="status" className={rename.isSuccess ? "cw-alert" : undefined}>
                {rename.isSuccess && <Alert isInline variant="success" title={t("account.name.saved")} />}
              </div>
              <DataState query={account}>
                {({ value, etag }) => <AccountDetails account={value} etag={etag} rename={rename} />}
              </DataState>
            </CardBody>
          </Card>
          <Card>
            <CardTitle component="h2">{t("account.sessions")}</CardTitle>
            <CardBody>
              <DataState query={inactivity}>{({ value }) => <InactivityState inactivity={value} />}</DataState>
            </CardBody>
          </Card>
        </div>
      </PageSection>
    </>
  );
}
