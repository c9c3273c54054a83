import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import type { Page } from "../../api/contract/answer";
import type { LogRecord } from "../../api/contract/systemlog";
import { useCustomer } from "../../api/customer";
import { useLiveInterval } from "../../api/polling";
import type { Query } from "./filter";

const pageSize = 50;

/**
 * The records of a query, newest first, page by page. Not under the key of what the live events make stale: pages that were read stay
 * as they are, and new records come from {@link useNewest}.
 */
export function useRecords(query: Query) {
  const { id } = useCustomer();
  return useInfiniteQuery({
    queryKey: [id, "systemlog-pages", query],
    queryFn: async ({ pageParam, signal }) => {
      // The server bounds the work of a request: a page without records that has a next one means that it looks further.
      for (let cursor = pageParam; ; ) {
        const page = await body(
          api.GET("/{customerId}/v1/systemlog/records", {
            params: { path: { customerId: id }, query: { ...query, limit: pageSize, ...(cursor === "" ? {} : { cursor }) } },
            signal,
          }),
        );
        if (page.items.length > 0 || page.cursor === "") return page;
        cursor = page.cursor;
      }
    },
    initialPageParam: "",
    getNextPageParam: (last) => (last.cursor === "" ? undefined : last.cursor),
    refetchOnWindowFocus: false,
  });
}

/** The newest page of the same query, read again whenever something is recorded. */
export function useNewest(query: Query, first: Page<LogRecord> | undefined) {
  const { id } = useCustomer();
  const refetchInterval = useLiveInterval();
  return useQuery({
    queryKey: [id, "systemlog", "newest", query],
    queryFn: ({ signal }) =>
      body(api.GET("/{customerId}/v1/systemlog/records", { params: { path: { customerId: id }, query: { ...query, limit: pageSize } }, signal })),
    initialData: first,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval,
    enabled: query.to === undefined,
  });
}

/** The event catalogue, for the choice of an event type. */
export function useEventTypes(wanted: boolean) {
  const { id } = useCustomer();
  return useQuery({
    queryKey: [id, "systemlog-event-types"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/systemlog/event-types", { params: { path: { customerId: id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: wanted,
  });
}

/** Where the browser gets the same records as a file (OPS-133); the server names it (OPS-134). */
export function exportAddress(customerId: string, query: Query): string {
  return `/api/${encodeURIComponent(customerId)}/v1/systemlog/export?${new URLSearchParams({ ...query }).toString()}`;
}

/** Puts the records that have come since before those that were read, newest first, each once. */
export function merged(newest: readonly LogRecord[], pages: InfiniteData<Page<LogRecord>>): LogRecord[] {
  const read = pages.pages.flatMap((page) => page.items);
  const top = read[0]?.seq ?? 0;
  return [...newest.filter(({ seq }) => seq > top), ...read];
}

/** More has come than one page holds, so that something lies between the newest page and what was read. */
export function hasGap(newest: Page<LogRecord>, pages: InfiniteData<Page<LogRecord>>): boolean {
  const top = pages.pages[0]?.items[0]?.seq ?? 0;
  return newest.cursor !== "" && newest.items.length > 0 && newest.items.every(({ seq }) => seq > top);
}
