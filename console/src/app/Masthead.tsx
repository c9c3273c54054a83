import {
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  MastheadToggle,
  PageToggleButton,
} from "@patternfly/react-core";
import { Link } from "react-router";
import { t } from "../i18n";
import { CommandPalette } from "./CommandPalette";
import { CustomerMenu } from "./CustomerMenu";
import { HelpMenu } from "./HelpMenu";
import { ThemeMenu } from "./ThemeMenu";

export function ConsoleMasthead() {
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
            <ThemeMenu />
            <HelpMenu />
          </span>
          <CustomerMenu />
        </div>
      </MastheadContent>
    </Masthead>
  );
}
