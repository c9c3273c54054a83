import { Masthead, MastheadBrand, MastheadContent, MastheadLogo, MastheadMain, MastheadToggle, PageToggleButton } from "@patternfly/react-core";
import { AdjustIcon, QuestionCircleIcon, UserIcon } from "@patternfly/react-icons";
import { Link } from "react-router";
import { useMe } from "../api/customer";
import { t } from "../i18n";
import { CommandPalette } from "./CommandPalette";
import { lazyMenu } from "./LazyMenu";
import { NotificationBell } from "./NotificationBell";

const ThemeMenu = lazyMenu(() => import("./ThemeList"));
const HelpMenu = lazyMenu(() => import("./HelpList"));
const CustomerMenu = lazyMenu(() => import("./CustomerList"));

export function ConsoleMasthead() {
  const me = useMe();
  return (
    <Masthead display={{ default: "inline" }}>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton isHamburgerButton aria-label={t("shell.navigation.toggle")} />
        </MastheadToggle>
        <MastheadBrand>
          <MastheadLogo component={(props) => <Link {...props} to="/" className="cw-brand" />}>
            <img src="/favicon.svg" alt="" width="32" height="32" />
            <span className="cw-brand-name">{t("brand.name")}</span>
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <div className="cw-tools">
          <CommandPalette />
          <span className="cw-tools-end">
            {me.customer !== null && <NotificationBell />}
            <ThemeMenu variant="plain" aria-label={t("theme.title")} icon={<AdjustIcon />} />
            <HelpMenu variant="plain" aria-label={t("help.title")} icon={<QuestionCircleIcon />} />
          </span>
          <CustomerMenu icon={<UserIcon />} aria-label={t("customer.menu", { name: [me.login.name, me.customer?.name].filter(Boolean).join(", ") })}>
            <span className="cw-user">
              {me.login.name} {me.customer !== null && <small>{me.customer.name}</small>}
            </span>
          </CustomerMenu>
        </div>
      </MastheadContent>
    </Masthead>
  );
}
