import { Button, PageSection } from "@patternfly/react-core";
import { useLocation, useNavigate } from "react-router";
import { t } from "../../../i18n";
import { Nothing } from "../../../ui/DataState";
import { PagedList } from "../../../ui/PagedList";
import { PageHeader } from "../../../ui/PageHeader";
import { SentNotice } from "../components/administrators/SentNotice";
import { AccessRequests } from "../components/administrators/AccessRequests";
import { AdministratorList } from "../components/administrators/AdministratorList";
import { FallbackNotice } from "../components/administrators/FallbackNotice";
import { IdentityTabs } from "../../../app/IdentityTabs";
import { useAdministrators } from "../administratorQueries";
import { administratorsRoute, inviteRoute } from "../routes";

export default function AdministratorsPage() {
  const administrators = useAdministrators();
  const navigate = useNavigate();
  const { state } = useLocation();
  const add = (
    <Button onClick={() => void navigate(inviteRoute.link())}>{t("administrators.add")}</Button>
  );
  return (
    <>
      <PageHeader route={administratorsRoute} description={t("administrators.lead")} actions={add} />
      <IdentityTabs active={administratorsRoute.path} />
      <PageSection>
        <SentNotice state={state} />
        <FallbackNotice />
        <AccessRequests />
        <PagedList
          query={administrators}
          none={
            <Nothing title={t("administrators.none.title")} actions={add}>
              {t("administrators.none.body")}
            </Nothing>
          }
        >
          {(items) => <AdministratorList administrators={items} />}
        </PagedList>
      </PageSection>
    </>
  );
}
