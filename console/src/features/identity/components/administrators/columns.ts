import type { Administrator } from "../../../../api/contract/administrators";
import { t } from "../../../../i18n";

/** The documented columns, in their order (IAM-045). */
export const columnKeys = ["type", "name", "email", "status", "access", "provider"] as const;
export type ColumnKey = (typeof columnKeys)[number];

/** The name of an administrator; those who have not accepted yet have an address only. */
export function nameOf({ displayName, email }: Administrator): string {
  return displayName === "" ? email : displayName;
}

/** A group of a directory, whose members are administrators. */
export function isGroup({ type }: Administrator): boolean {
  return type === "group" || type === "adGroup";
}

/** What a cell says, for the order of the table. */
export function textOf(administrator: Administrator, key: ColumnKey): string {
  switch (key) {
    case "type":
      return t(`administrators.type.${administrator.type}`);
    case "name":
      return nameOf(administrator);
    case "email":
      return administrator.email === "" ? t("value.notApplicable") : administrator.email;
    case "status":
      return t(`administrators.status.${administrator.status}`);
    case "access":
      return t(`access.${administrator.access}`);
    case "provider":
      return t(`provider.${administrator.identityProvider}`);
  }
}
