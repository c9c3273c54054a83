import type { Problem } from "./contract/answer";
import { ApiError } from "./problem";

/** Asks the person to prove who is there; the answer is whether he has. */
type Asker = (problem: Problem) => Promise<boolean>;

let asker: Asker | undefined;

/** Whoever can ask. Returns a function that ends it. */
export function onProofNeeded(ask: Asker): () => void {
  asker = ask;
  return () => {
    if (asker === ask) asker = undefined;
  };
}

const codes = ["identity_check_needed", "sign_in_again_needed"];

/**
 * Sends a change that takes a fresh proof of who is there. If the server misses it, the person is asked, and the very same change is
 * sent again; whoever does not prove himself gets the refusal.
 */
export async function proven<R>(send: () => Promise<R>): Promise<R> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ApiError) || !codes.includes(error.problem.code) || asker === undefined) throw error;
      if (!(await asker(error.problem))) throw error;
    }
  }
}
