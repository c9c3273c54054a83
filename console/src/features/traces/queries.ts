import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { useCustomer } from "../../api/customer";
import type { TraceQuery } from "../../api/contract/traces";
import { connectionsQuery } from "../../api/queries";

const pageSize = 50;

/** What the list is filtered by; all are texts of the address. Days are in the reader's zone: `2026-01-31`. */
export const filterNames = ["transactionId", "person", "address", "connectionId", "kind", "outcome", "from", "to"] as const;
export type TraceFilter = Readonly<Record<(typeof filterNames)[number], string>>;

/** The filter as the server takes it. The last day counts as a whole. */
export function toQuery(filter: TraceFilter): TraceQuery {
  const { kind, outcome, from, to, ...texts } = filter;
  const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== ""));
  return {
    ...given,
    ...(kind === "signin" || kind === "signout" ? { kind } : {}),
    ...(outcome === "succeeded" || outcome === "refused" ? { outcome } : {}),
    ...bound("from", from, 0),
    ...bound("to", to, 1),
  };
}

function bound(name: "from" | "to", day: string, daysLater: number): TraceQuery {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return {};
  const at = new Date(`${day}T00:00:00`);
  if (Number.isNaN(at.getTime())) return {};
  at.setDate(at.getDate() + daysLater);
  return { [name]: at.toISOString() };
}

/** Traces of sign-ins and sign-outs, newest first. */
export function useTraces(filter: TraceFilter) {
  const customerId = useCustomer().id;
  const query = { limit: pageSize, ...toQuery(filter) };
  return useInfiniteQuery({
    queryKey: [customerId, "traces", query],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/{customerId}/v1/signin-traces", {
          params: { path: { customerId }, query: { ...query, ...(pageParam === "" ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => (last.cursor === "" ? undefined : last.cursor),
  });
}

/** One trace. `values`: with the values of names and claims; the server records who has read them. */
export function useTrace(id: string, values: boolean) {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "traces", id, values],
    queryFn: ({ signal }) =>
      body(
        api.GET("/{customerId}/v1/signin-traces/{id}", {
          params: { path: { customerId, id }, ...(values ? { query: { values } } : {}) },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY, // a trace is never changed
  });
}

/** The connections to filter by, for those who may list them. */
export function useConnections(enabled: boolean) {
  return useQuery({ ...connectionsQuery(useCustomer().id), enabled });
}
