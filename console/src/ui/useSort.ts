import type { ThProps } from "@patternfly/react-table";
import { useSearchParams } from "react-router";

type Value = string | number;

/** The order of a table, kept in the address: `?sort=name&order=desc`. */
export interface Sort<K extends string> {
  /** What a column head needs to offer the order. */
  of: (key: K) => NonNullable<ThProps["sort"]>;
  sorted: <T>(items: readonly T[], value: (item: T, key: K) => Value) => T[];
}

/** `keys` are the columns that can be sorted by, in the order of the table; the first one is the order to begin with. */
export function useSort<K extends string>(keys: readonly [K, ...K[]]): Sort<K> {
  const [search, setSearch] = useSearchParams();
  const by = keys.find((key) => key === search.get("sort")) ?? keys[0];
  const direction = search.get("order") === "desc" ? "desc" : "asc";
  const choose = (key: K, order: string) =>
    setSearch(
      (old) => {
        const next = new URLSearchParams(old);
        next.set("sort", key);
        next.set("order", order);
        return next;
      },
      { replace: true },
    );
  return {
    of: (key) => ({
      sortBy: { index: keys.indexOf(by), direction },
      columnIndex: keys.indexOf(key),
      onSort: (_event, _index, order) => choose(key, order),
    }),
    sorted: (items, value) => {
      const sign = direction === "asc" ? 1 : -1;
      return [...items].sort((a, b) => sign * compare(value(a, by), value(b, by)));
    },
  };
}

function compare(a: Value, b: Value): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}
