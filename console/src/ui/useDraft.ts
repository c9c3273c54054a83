import { type SetStateAction, useState } from "react";

/** What people have typed, by form. In memory only: it survives leaving a page, not closing the window. */
const drafts = new Map<string, unknown>();

/** Before the key of what survives loading the page anew, too. */
const prefix = "causeway.draft.";

/**
 * State of a form that survives navigation. `forget` is called once the form was sent or given up. Two forms never share a key
 * with values of different types.
 */
export function useDraft<V>(key: string, initial: V): [V, (next: SetStateAction<V>) => void, forget: () => void] {
  const [value, setValue] = useState<V>(() => (drafts.has(key) ? (drafts.get(key) as V) : initial));
  const update = (next: SetStateAction<V>) =>
    setValue((old) => {
      const changed = typeof next === "function" ? (next as (old: V) => V)(old) : next;
      drafts.set(key, changed);
      return changed;
    });
  return [value, update, () => drafts.delete(key)];
}

/** As useDraft, and it survives loading the page anew in the same tab. Never for secrets. */
export function useKeptDraft<V>(key: string, initial: V): ReturnType<typeof useDraft<V>> {
  const [value, update, forget] = useDraft<V>(key, useState(() => kept<V>(key) ?? initial)[0]);
  return [
    value,
    (next) =>
      update((old) => {
        const changed = typeof next === "function" ? (next as (old: V) => V)(old) : next;
        keep(key, changed);
        return changed;
      }),
    () => {
      forget();
      sessionStorage.removeItem(prefix + key);
    },
  ];
}

function kept<V>(key: string): V | undefined {
  const text = sessionStorage.getItem(prefix + key);
  return text === null ? undefined : (JSON.parse(text) as V); // written by keep() alone
}

function keep(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // The storage is full or switched off; the form goes on in memory.
  }
}

/** What loading the page anew does to drafts; for tests. */
export function forgetMemory(): void {
  drafts.clear();
}

/** Drops everything; for a change of customer or a sign-out. */
export function forgetDrafts(): void {
  forgetMemory();
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(prefix)) sessionStorage.removeItem(key);
  }
}
