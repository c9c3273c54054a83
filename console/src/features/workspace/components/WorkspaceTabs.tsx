import { t } from "../../../i18n";
import { PageTabs } from "../../../ui/PageTabs";
import { workspaceAddressRoute, workspaceAppearanceRoute, workspaceRoute, workspaceSignInRoute } from "../routes";

const tabs = [
  { path: workspaceRoute.path, title: t("workspace.method") },
  { path: workspaceSignInRoute.path, title: t("workspace.signin.title") },
  { path: workspaceAppearanceRoute.path, title: t("workspace.appearance.title") },
  { path: workspaceAddressRoute.path, title: t("workspace.address.title") },
];

export function WorkspaceTabs({ active }: { active: string }) {
  return <PageTabs label={t("workspace.title")} active={active} tabs={tabs} />;
}
