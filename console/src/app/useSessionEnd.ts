import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { onActivity } from "../api/activity";
import type { Me } from "../api/contract/session";

/** The server hears of activity at most this often. */
const tellMillis = 60_000;
/** How long before the end the person is warned; a fifth of the time when that is shorter. */
const warnMillis = 120_000;

/** Says whether the session is about to end for want of activity. Keys and clicks keep it, also those that ask the server nothing. */
export function useSessionEnd(me: Me): { warn: boolean; stay: () => void } {
  const queries = useQueryClient();
  const { inactivityMinutes, inactiveAt } = me.session;
  const [warned, setWarned] = useState<string | null>(null);
  const warn = inactiveAt !== null && warned === inactiveAt;

  useEffect(() => {
    if (inactiveAt === null) return undefined;
    const ask = () => queries.refetchQueries({ queryKey: ["me"], exact: true });
    const left = Date.parse(inactiveAt) - Date.now();
    const timers = [
      // Another window may have been used meanwhile, so the server is asked before the person is: its answer moves the end.
      window.setTimeout(() => void ask().then(() => setWarned(inactiveAt)), Math.max(0, left - Math.min(warnMillis, (inactivityMinutes * 60_000) / 5))),
      window.setTimeout(() => void ask(), Math.max(0, left + 1_000)),
    ];
    let told = Date.now();
    const stop = onActivity(() => {
      if (warn || Date.now() - told < tellMillis) return; // while the warning is open, only its button counts
      told = Date.now();
      void ask();
    });
    return () => {
      for (const timer of timers) window.clearTimeout(timer);
      stop();
    };
  }, [inactiveAt, inactivityMinutes, queries, warn]);

  return { warn, stay: () => void queries.refetchQueries({ queryKey: ["me"], exact: true }) };
}
