import type { ReactNode } from "react";
import { DataState, type Query } from "./DataState";
import { LoadMore, type Pages } from "./LoadMore";

interface Props<T> {
  query: Pages & Query<{ pages: { items: T[] }[] }>;
  /** What is shown while there is no item. */
  none: ReactNode;
  children: (items: T[]) => ReactNode;
}

/** The states of a list that is read page by page, with the way to its next page below. */
export function PagedList<T>({ query, none, children }: Props<T>) {
  return (
    <DataState query={query} empty={{ when: ({ pages }) => pages.every(({ items }) => items.length === 0), show: none }}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        return (
          <>
            {children(items)}
            <LoadMore shown={items.length} list={query} />
          </>
        );
      }}
    </DataState>
  );
}
