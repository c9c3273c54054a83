import { SearchInput, ToolbarItem } from "@patternfly/react-core";
import { useSearchState } from "./useSearchState";

/** The search field of a list's toolbar. What is searched for stands in the address as `q`. */
export function ListSearch({ label }: { label: string }) {
  const [search, setSearch] = useSearchState("q");
  return (
    <ToolbarItem>
      <SearchInput aria-label={label} placeholder={label} value={search} onChange={(_, value) => setSearch(value)} onClear={() => setSearch("")} />
    </ToolbarItem>
  );
}
