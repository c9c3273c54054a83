import { allows, useMe } from "../api/customer";
import { t } from "../i18n";
import { PageTabs } from "../ui/PageTabs";
import { administratorsRoute, apiAccessRoute, authenticationRoute, domainsRoute, samlCertificatesRoute } from "./links";

/** The tabs of Identity and Access Management, as far as the person may open them; two features share them (IAM-030). */
export function IdentityTabs({ active }: { active: string }) {
  const me = useMe();
  const tabs = [
    { route: authenticationRoute, title: t("identity.tab.authentication") },
    { route: administratorsRoute, title: t("identity.tab.administrators") },
    { route: apiAccessRoute, title: t("identity.tab.apiaccess") },
    { route: domainsRoute, title: t("domains.title") },
    { route: samlCertificatesRoute, title: t("rotation.page") },
  ];
  return (
    <PageTabs
      label={t("identity.title")}
      active={active}
      tabs={tabs.filter(({ route }) => allows(me, route.needs)).map(({ route, title }) => ({ path: route.path, title }))}
    />
  );
}
