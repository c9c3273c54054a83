import {
  Button,
  NotificationDrawer as Drawer,
  NotificationDrawerList,
  NotificationDrawerListItem,
  NotificationDrawerListItemBody,
  NotificationDrawerListItemHeader,
} from "@patternfly/react-core";
import { TimesIcon } from "@patternfly/react-icons";
import { Link } from "react-router";
import type { Notification } from "../api/contract/notifications";
import { t } from "../i18n";
import { DataState, Nothing } from "../ui/DataState";
import { ProblemAlert } from "../ui/ProblemAlert";
import { SidePanel } from "../ui/SidePanel";
import { TimeAgo } from "../ui/Time";
import { useDismiss, useNotifications } from "./notifications";

const variantOf = { information: "info", warning: "warning", error: "danger", critical: "danger" } as const;

/** The person's notifications, newest first, beside the page. */
export default function NotificationDrawer({ onClose }: { onClose: () => void }) {
  const notifications = useNotifications();
  const dismiss = useDismiss();
  const open = notifications.data?.items.filter((each) => !each.dismissed) ?? [];
  const all = open.length > 0 && (
    <Button variant="link" isInline isDisabled={dismiss.isPending} onClick={() => dismiss.mutate("all")}>
      {t("notifications.dismissAll")}
    </Button>
  );
  return (
    <SidePanel title={t("notifications.title")} actions={all} onClose={onClose}>
      <ProblemAlert error={dismiss.error} />
      <DataState
        query={notifications}
        empty={{ when: () => open.length === 0, show: <Nothing title={t("notifications.none.title")}>{t("notifications.none.body")}</Nothing> }}
      >
        {() => (
          <Drawer>
            <NotificationDrawerList aria-label={t("notifications.title")}>
              {open.map((each) => (
                <Item key={each.id} notification={each} busy={dismiss.isPending} onDismiss={() => dismiss.mutate(each.id)} onLeave={onClose} />
              ))}
            </NotificationDrawerList>
          </Drawer>
        )}
      </DataState>
    </SidePanel>
  );
}

interface ItemProps {
  notification: Notification;
  busy: boolean;
  onDismiss: () => void;
  onLeave: () => void;
}

function Item({ notification, busy, onDismiss, onLeave }: ItemProps) {
  const { title, text, severity, at, link } = notification;
  return (
    <NotificationDrawerListItem variant={variantOf[severity]} isHoverable={false} tabIndex={-1}>
      <NotificationDrawerListItemHeader
        title={title}
        variant={variantOf[severity]}
        srTitle={`${t(`notifications.severity.${severity}`)}:`}
        headingLevel="h3"
      >
        <Button
          variant="plain"
          size="sm"
          isDisabled={busy}
          aria-label={t("notifications.dismiss", { title })}
          icon={<TimesIcon />}
          onClick={onDismiss}
        />
      </NotificationDrawerListItemHeader>
      <NotificationDrawerListItemBody timestamp={<TimeAgo at={at} />}>
        {text}{" "}
        {link.startsWith("/") && (
          <Link to={link} onClick={onLeave}>
            {t("notifications.open")}
          </Link>
        )}
      </NotificationDrawerListItemBody>
    </NotificationDrawerListItem>
  );
}
