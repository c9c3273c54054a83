import { useSearchParams } from "react-router";

/** A value in the query of the address, so that a link leads to what the reader sees. `initial` is left out of the address. */
export function useSearchState(name: string, initial = ""): [string, (value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const set = (value: string) =>
    setSearch(
      (old) => {
        const next = new URLSearchParams(old);
        if (value === initial) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return [search.get(name) ?? initial, set];
}
