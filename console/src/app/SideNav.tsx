import "@patternfly/patternfly/components/Nav/nav.css";
import { Button } from "@patternfly/react-core";
import RhUiThumbtackFillIcon from "@patternfly/react-icons/dist/esm/icons/rh-ui-thumbtack-fill-icon";
import { Link, useLocation } from "react-router";
import { allows, useMe } from "../api/customer";
import { t } from "../i18n";
import { type NavigationItem, navigation } from "./navigation";
import { useSetPins } from "./queries";

function covers(prefix: string, pathname: string): boolean {
  return prefix === "/" ? pathname === "/" : pathname === prefix || pathname.startsWith(`${prefix}/`);
}

/**
 * The pages that the person may open. What he has pinned stands first, in the order of the navigation, and is pinned wherever he
 * signs in (PLT-022). PatternFly's classes without its components, which would load what flyouts need.
 */
export function SideNav() {
  const me = useMe();
  const setPins = useSetPins();
  const pins = setPins.isPending ? setPins.variables : me.pins;
  const items = navigation.filter(({ route, unless = [] }) => allows(me, route.needs) && !unless.some(({ needs }) => allows(me, needs)));
  const pinned = items.filter(({ route }) => pins.includes(route.path));
  const toggle = (path: string) => setPins.mutate(pins.includes(path) ? pins.filter((pin) => pin !== path) : [...pins, path]);

  return (
    <nav className="pf-v6-c-nav" aria-label={t("shell.navigation")}>
      {pinned.length > 0 && (
        <section className="pf-v6-c-nav__section" aria-labelledby="nav-pinned">
          <h2 className="pf-v6-c-nav__section-title" id="nav-pinned">
            {t("pins.title")}
          </h2>
          <Items items={pinned} pins={pins} onToggle={toggle} />
        </section>
      )}
      <Items items={items.filter((item) => !pinned.includes(item))} pins={pins} onToggle={toggle} />
      <span className="pf-v6-screen-reader" aria-live="polite">
        {setPins.isError ? t("pins.failed") : ""}
      </span>
    </nav>
  );
}

interface ItemsProps {
  items: readonly NavigationItem[];
  pins: readonly string[];
  onToggle: (path: string) => void;
}

function Items({ items, pins, onToggle }: ItemsProps) {
  const { pathname } = useLocation();
  return (
    <ul className="pf-v6-c-nav__list" role="list">
      {items.map(({ route, prefix }) => {
        const here = covers(prefix, pathname);
        const isPinned = pins.includes(route.path);
        return (
          <li key={route.path} className="pf-v6-c-nav__item cw-nav-item">
            <Link to={route.path} className={here ? "pf-v6-c-nav__link pf-m-current" : "pf-v6-c-nav__link"} aria-current={here ? "page" : undefined}>
              {t(route.title)}
            </Link>
            <Button
              variant="plain"
              size="sm"
              className={isPinned ? "cw-pin cw-pin-on" : "cw-pin"}
              icon={<RhUiThumbtackFillIcon />}
              aria-pressed={isPinned}
              aria-label={t("pins.pin", { page: t(route.title) })}
              onClick={() => onToggle(route.path)}
            />
          </li>
        );
      })}
    </ul>
  );
}
