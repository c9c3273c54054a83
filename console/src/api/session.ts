/** What happens when the server says that nobody is signed in. */
type Listener = () => void;

const listeners = new Set<Listener>();

/** Called by the client on every 401. */
export function sessionEnded(): void {
  for (const listener of listeners) listener();
}

/** Returns a function that stops listening. */
export function onSessionEnded(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The sign-in page, the built-in one unless named, which comes back to the given path of the console. */
export function signInUrl(returnTo: string, page = "/signin"): string {
  return `${page}?return=${encodeURIComponent(returnTo)}`;
}
