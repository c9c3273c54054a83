/** Is told that the session has ended, and that the same person is signed in again. */
type Listener = (ended: boolean) => void;

const listeners = new Set<Listener>();

/** Called by the client on every 401. */
export function sessionEnded(): void {
  for (const listener of listeners) listener(true);
}

/** The person has signed in again, in another tab. */
export function sessionRenewed(): void {
  for (const listener of listeners) listener(false);
}

/** Returns a function that stops listening. */
export function onSessionEnd(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The sign-in page, the built-in one unless named, which comes back to the given path of the console. */
export function signInUrl(returnTo: string, page = "/signin"): string {
  return `${page}?return=${encodeURIComponent(returnTo)}`;
}
