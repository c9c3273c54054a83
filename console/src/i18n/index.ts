import { en } from "./en";

/** Every message of the console. English is complete; other languages may leave keys out. */
export type Catalogue = typeof en;
export type MessageKey = keyof Catalogue;

/** Names in braces inside a message: `"{count} of {total}"` → `"count" | "total"`. */
type Names<S extends string> = S extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never;
type Values<K extends MessageKey> = { readonly [N in Names<Catalogue[K]>]: string | number };
type Arguments<K extends MessageKey> = [Names<Catalogue[K]>] extends [never] ? [] : [values: Values<K>];

/** Messages without values: names of pages, for instance. */
export type PlainKey = { [K in MessageKey]: [Names<Catalogue[K]>] extends [never] ? K : never }[MessageKey];

function fill(message: string, values: Readonly<Record<string, string | number>>): string {
  return message.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Returns the message with its named values filled in. A value that the message names and the call lacks is a compile error. */
export function t<K extends MessageKey>(key: K, ...[values]: Arguments<K>): string {
  return values === undefined ? en[key] : fill(en[key], values);
}

/** Messages that exist in a form for one and a form for many; `{count}` is given to both. */
export type CountedKey = { [K in MessageKey]: K extends `${infer Stem}.one` ? Stem : never }[MessageKey];

const plural = new Intl.PluralRules("en");

/** Returns the message that fits the number. */
export function tn(key: CountedKey, count: number): string {
  const form: MessageKey = plural.select(count) === "one" ? `${key}.one` : `${key}.other`;
  return fill(en[form], { count });
}
