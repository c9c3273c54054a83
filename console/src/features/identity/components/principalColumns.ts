import type { ServicePrincipal } from "../../../api/contract";
import { t } from "../../../i18n";

/** The columns of the service principals, in their order. */
export const principalColumns = ["name", "id", "access", "created", "used"] as const;
export type PrincipalColumn = (typeof principalColumns)[number];

/** What a service principal may do, in words. */
export function accessOf({ access, permissions }: ServicePrincipal): string {
  return access === "full" ? t("access.full") : permissions.map((permission) => t(`permission.${permission}`)).join(", ");
}

/** What decides the order of the table. */
export function orderOf(principal: ServicePrincipal, key: PrincipalColumn): string {
  const { name, id, createdAt, lastUsedAt } = principal;
  return { name, id, access: accessOf(principal), created: createdAt, used: lastUsedAt ?? "" }[key];
}
