import { lazy, Suspense, useEffect, useState } from "react";
import type { Me } from "../api/contract";
import { onSessionEnded } from "../api/session";

const load = () => import("./ReauthDialog");
const ReauthDialog = lazy(load);

/** Notices the end of the session while the console is open, and asks the person to sign in again. */
export function SessionWatch({ me }: { me: Me }) {
  const [ended, setEnded] = useState(false);
  useEffect(() => onSessionEnded(() => setEnded(true)), []);
  useEffect(() => void load(), []); // ahead of need: without a session no file may come any more
  if (!ended) return null;
  return (
    <Suspense>
      <ReauthDialog me={me} onBack={() => setEnded(false)} />
    </Suspense>
  );
}
