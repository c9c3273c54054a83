import { type SetStateAction, useState } from "react";

/** What people have typed, by form. In memory only: it survives leaving a page, not closing the window. */
const drafts = new Map<string, unknown>();

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

/** Drops everything; for a change of customer or a sign-out. */
export function forgetDrafts(): void {
  drafts.clear();
}
