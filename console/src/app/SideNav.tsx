import { Nav, NavItem, NavList } from "@patternfly/react-core";
import { Link, useLocation } from "react-router";
import { allows, useMe } from "../api/customer";
import { t } from "../i18n";
import { navigation } from "./navigation";

function covers(prefix: string, pathname: string): boolean {
  return prefix === "/" ? pathname === "/" : pathname === prefix || pathname.startsWith(`${prefix}/`);
}

/** Entries that the person may not open are left out. */
export function SideNav() {
  const me = useMe();
  const { pathname } = useLocation();
  return (
    <Nav aria-label={t("shell.navigation")}>
      <NavList>
        {navigation
          .filter(({ route }) => allows(me, route.needs))
          .map(({ route, prefix }) => (
            <NavItem key={route.path} isActive={covers(prefix, pathname)}>
              <Link to={route.path} aria-current={covers(prefix, pathname) ? "page" : undefined}>
                {t(route.title)}
              </Link>
            </NavItem>
          ))}
      </NavList>
    </Nav>
  );
}
