import { PageSection, Tab, Tabs, TabTitleText } from "@patternfly/react-core";
import { useNavigate } from "react-router";
import { allows, useMe } from "../../../api/customer";
import { t } from "../../../i18n";
import { mainId } from "../../../ui/landmarks";
import { administratorsRoute, apiAccessRoute, authenticationRoute } from "../routes";

const tabs = [
  { route: authenticationRoute, title: t("identity.tab.authentication") },
  { route: administratorsRoute, title: t("identity.tab.administrators") },
  { route: apiAccessRoute, title: t("identity.tab.apiaccess") },
];

/** The tabs of Identity and Access Management; each is a page of its own. */
export function IdentityTabs({ active }: { active: string }) {
  const navigate = useNavigate();
  const me = useMe();
  return (
    <PageSection type="tabs">
      <Tabs
        usePageInsets
        component="nav"
        aria-label={t("identity.title")}
        activeKey={active}
        onSelect={(event, key) => {
          event.preventDefault();
          void navigate(String(key));
        }}
      >
        {tabs
          .filter(({ route }) => allows(me, route.needs))
          .map(({ route, title }) => (
            <Tab key={route.path} eventKey={route.path} href={route.path} tabContentId={mainId} title={<TabTitleText>{title}</TabTitleText>} />
          ))}
      </Tabs>
    </PageSection>
  );
}
