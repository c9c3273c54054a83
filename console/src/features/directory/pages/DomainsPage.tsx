import { Button, PageSection } from "@patternfly/react-core";
import { useNavigate } from "react-router";
import { useAllowed } from "../../../api/customer";
import { ConnectorDownload } from "../../../app/ConnectorDownload";
import { IdentityTabs } from "../../../app/IdentityTabs";
import { t } from "../../../i18n";
import { DataState, Nothing } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { DomainList } from "../components/DomainList";
import { useDomains } from "../queries";
import { connectDirectoryRoute, domainsRoute } from "../routes";

export default function DomainsPage() {
  const domains = useDomains();
  const navigate = useNavigate();
  const mayDetect = useAllowed(connectDirectoryRoute.needs);
  const open = (label: string, variant: "secondary" | "link") =>
    mayDetect && (
      <Button variant={variant} onClick={() => void navigate(connectDirectoryRoute.link())}>
        {label}
      </Button>
    );
  return (
    <>
      <PageHeader route={domainsRoute} description={t("domains.lead")} actions={open(t("domains.detect"), "secondary")} />
      <IdentityTabs active={domainsRoute.path} />
      <PageSection>
        <DataState
          query={domains}
          empty={{
            when: (page) => page.items.length === 0,
            show: (
              <Nothing
                title={t("domains.none.title")}
                actions={
                  <>
                    <ConnectorDownload variant="primary" />
                    {open(t("domains.none.connect"), "link")}
                  </>
                }
              >
                {t("domains.none.body")}
              </Nothing>
            ),
          }}
        >
          {(page) => <DomainList domains={page.items} />}
        </DataState>
      </PageSection>
    </>
  );
}
