import type { Domain } from "../../../api/contract/directory";
import { t } from "../../../i18n";

/** The columns of the domains, in their order. */
export const columnKeys = ["domain", "status", "connectors", "primary"] as const;
export type DomainColumn = (typeof columnKeys)[number];

/** What decides the order of the domains in their forest. */
export function orderOf({ name, status, connected, primaryLocation }: Domain, key: DomainColumn): string | number {
  return { domain: name, status: t(`domains.status.${status}`), connectors: connected, primary: primaryLocation?.name ?? "" }[key];
}
