import type { Offering } from "../../api/contract/library";

/** The categories in use, sorted. */
export function categoriesOf(offerings: readonly Offering[]): string[] {
  return [...new Set(offerings.map(({ category }) => category).filter((category) => category !== ""))].sort((a, b) => a.localeCompare(b));
}
