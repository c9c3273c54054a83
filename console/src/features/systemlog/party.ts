/** Joins name and kind as the log prints them: "CwcSystem - administrator" (OPS-127). */
export function partyText(name: string, kind: string): string {
  return [name, kind].filter((part) => part !== "").join(" - ");
}

/** One property of the object before and after a change. */
export interface Change {
  property: string;
  before: string | undefined;
  after: string | undefined;
}

/** Lines up the two sides of a change by property, in alphabetical order. */
export function changesOf(before: Record<string, string> | null, after: Record<string, string> | null): Change[] {
  const properties = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...properties].sort().map((property) => ({ property, before: before?.[property], after: after?.[property] }));
}
