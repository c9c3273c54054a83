import { useInfiniteQuery } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { useCustomer } from "../../api/customer";
import { useLiveInterval } from "../../api/polling";

export const periods = [30, 60, 90] as const;
export type Period = (typeof periods)[number];

/** Reads the period of the address; anything unknown is the default (OPS-125, OPS-132). */
export function toPeriod(text: string): Period {
  return periods.find((days) => String(days) === text) ?? 30;
}

const dayMillis = 86_400_000;
const pageSize = 50;

/** The records of the last days, newest first, page by page. The cursor is bound to the start, which therefore stays the same. */
export function useRecords(days: Period, viewedAt: number) {
  const { id } = useCustomer();
  const from = new Date(viewedAt - days * dayMillis).toISOString();
  const refetchInterval = useLiveInterval();
  return useInfiniteQuery({
    queryKey: [id, "systemlog", "records", from],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/{customerId}/v1/systemlog/records", {
          params: { path: { customerId: id }, query: { from, limit: pageSize, ...(pageParam === "" ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => (last.cursor === "" ? undefined : last.cursor),
    refetchInterval,
  });
}
