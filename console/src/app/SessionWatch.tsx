import { lazy, Suspense, useEffect, useState } from "react";
import type { Me } from "../api/contract/session";
import { onSessionEnd, sessionRenewed } from "../api/session";
import { useSessionEnd } from "./useSessionEnd";

const load = () => import("./ReauthDialog");
const ReauthDialog = lazy(load);
const InactivityDialog = lazy(() => import("./InactivityDialog"));

/** Warns before the session ends because nobody does anything, notices its end, and asks the person to sign in again. */
export function SessionWatch({ me }: { me: Me }) {
  const [ended, setEnded] = useState(false);
  useEffect(() => onSessionEnd(setEnded), []);
  useEffect(() => void load(), []); // ahead of need: without a session no file may come any more
  const { warn, stay } = useSessionEnd(me);
  if (ended) {
    return (
      <Suspense>
        <ReauthDialog me={me} onBack={sessionRenewed} />
      </Suspense>
    );
  }
  return warn && me.session.inactiveAt !== null ? (
    <Suspense>
      <InactivityDialog endsAt={me.session.inactiveAt} onStay={stay} />
    </Suspense>
  ) : null;
}
