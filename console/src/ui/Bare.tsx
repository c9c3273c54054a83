import type { ReactNode } from "react";

/** A page without the shell: before it is known who is signed in, and after a sign-in in a tab of its own. */
export function Bare({ children }: { children: ReactNode }) {
  return <main className="cw-bare">{children}</main>;
}
