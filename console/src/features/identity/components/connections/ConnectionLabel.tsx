import { Label } from "@patternfly/react-core";
import type { ConnectionStatus } from "../../../../api/contract/connections";
import { t } from "../../../../i18n";

const look = { connected: "success", certificate_expiring: "warning", certificate_expired: "danger" } as const;

/** The state of a connection at a glance. */
export function ConnectionLabel({ status }: { status: ConnectionStatus }) {
  return <Label status={look[status]}>{t(`providers.status.${status}`)}</Label>;
}
