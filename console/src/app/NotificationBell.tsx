import { Button } from "@patternfly/react-core";
import { BellIcon } from "@patternfly/react-icons";
import { lazy, Suspense, useState } from "react";
import { allows, useMe } from "../api/customer";
import { t, tn } from "../i18n";
import { useNotificationCount } from "./notifications";

const load = () => import("./NotificationDrawer");
const NotificationDrawer = lazy(load);

/** The bell with the number of the person's own notifications; it opens the drawer (OPS-095). */
export function NotificationBell() {
  return allows(useMe(), "notifications") ? <Bell /> : null;
}

function Bell() {
  const [open, setOpen] = useState(false);
  const count = useNotificationCount().data?.count ?? 0;
  return (
    <>
      <Button
        variant="plain"
        aria-expanded={open}
        aria-label={count === 0 ? t("notifications.title") : tn("notifications.bell", count)}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
        onClick={() => setOpen(!open)}
        icon={
          <span className="cw-bell">
            <BellIcon />
            {count > 0 && <span className="cw-count">{count > 99 ? "99+" : count}</span>}
          </span>
        }
      />
      {open && (
        <Suspense>
          <NotificationDrawer onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
