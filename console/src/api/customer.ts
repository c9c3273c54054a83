import { createContext, useContext } from "react";
import type { CustomerRef, Me, Permission } from "./contract/session";

/** The signed-in person, known to everything below the shell. */
export const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error("used outside of the signed-in part");
  return me;
}

/** The customer of the session. Components that need one are rendered only when there is one. */
export function useCustomer(): CustomerRef {
  const { customer } = useMe();
  if (customer === null) throw new Error("used without a customer");
  return customer;
}

/** Whether the person holds a permission. A courtesy of the console: the server decides. */
export function allows(me: Me, permission: Permission | null): boolean {
  if (permission === null || me.rights.full) return true;
  return permission !== "full_access" && me.rights.permissions.includes(permission);
}

export function useAllowed(permission: Permission | null): boolean {
  return allows(useMe(), permission);
}
