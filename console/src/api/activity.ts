/**
 * What the person does in this window. The server ends sessions that nobody uses (PLT-171); what the console asks by itself must not
 * keep them alive, and what is typed without any request must.
 */

/** Requests within this time of a key, a touch or a click are the person's. */
const ownMillis = 5_000;

let last = Date.now(); // to open the console is something that a person does
const listeners = new Set<() => void>();

function notice(): void {
  last = Date.now();
  for (const listener of listeners) listener();
}

for (const type of ["keydown", "pointerdown", "wheel"]) window.addEventListener(type, notice, { capture: true, passive: true });

/** Nobody has done anything that could be the cause of a request made now. */
export function inBackground(): boolean {
  return Date.now() - last > ownMillis;
}

/** Calls the listener whenever the person does something; returns a function that stops it. */
export function onActivity(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
