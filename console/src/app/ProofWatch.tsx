import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { Problem } from "../api/contract/answer";
import { onProofNeeded } from "../api/proof";

const ProofDialog = lazy(() => import("./ProofDialog"));

/** Asks the person to prove who is there when a change takes it; the change waits meanwhile. */
export function ProofWatch() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const waiting = useRef<((proved: boolean) => void)[]>([]);
  useEffect(
    () =>
      onProofNeeded(
        (needed) =>
          new Promise((answer) => {
            waiting.current.push(answer);
            setProblem(needed);
          }),
      ),
    [],
  );
  const end = (proved: boolean) => {
    setProblem(null);
    for (const answer of waiting.current.splice(0)) answer(proved);
  };
  return problem === null ? null : (
    <Suspense>
      <ProofDialog problem={problem} onProved={() => end(true)} onClose={() => end(false)} />
    </Suspense>
  );
}
