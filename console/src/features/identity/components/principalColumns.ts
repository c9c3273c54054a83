import type { ServicePrincipal } from "../../../api/contract/principals";
import type { Me } from "../../../api/contract/session";
import { allows } from "../../../api/customer";
import { t } from "../../../i18n";

/** The columns of the service principals, in their order. */
export const principalColumns = ["name", "id", "access", "owner", "created", "used"] as const;
export type PrincipalColumn = (typeof principalColumns)[number];

/** What a service principal may do, in words. */
export function accessOf({ access, permissions }: ServicePrincipal): string {
  return access === "full" ? t("access.full") : permissions.map((permission) => t(`permission.${permission}`)).join(", ");
}

/** Whether somebody holds what a service principal was given, and so can become its owner. One that installs a connector takes full access. */
export function coveredBy(me: Me, { access, permissions }: ServicePrincipal): boolean {
  return me.rights.full || (access === "custom" && permissions.length > 0 && permissions.every((permission) => allows(me, permission)));
}

/** What decides the order of the table. */
export function orderOf(principal: ServicePrincipal, key: PrincipalColumn): string {
  const { name, id, owner, createdAt, lastUsedAt } = principal;
  return { name, id, owner, access: accessOf(principal), created: createdAt, used: lastUsedAt ?? "" }[key];
}
