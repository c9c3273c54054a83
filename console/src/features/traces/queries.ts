import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { useCustomer } from "../../api/customer";

export interface TraceFilter {
  transactionId: string;
  outcome: "" | "succeeded" | "refused";
}

const pageSize = 50;

export function toOutcome(text: string): TraceFilter["outcome"] {
  return text === "succeeded" || text === "refused" ? text : "";
}

/** Traces of sign-ins, newest first. */
export function useTraces({ transactionId, outcome }: TraceFilter) {
  const customerId = useCustomer().id;
  return useInfiniteQuery({
    queryKey: [customerId, "traces", transactionId, outcome],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/{customerId}/v1/signin-traces", {
          params: {
            path: { customerId },
            query: {
              limit: pageSize,
              ...(pageParam === "" ? {} : { cursor: pageParam }),
              ...(transactionId === "" ? {} : { transactionId }),
              ...(outcome === "" ? {} : { outcome }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => (last.cursor === "" ? undefined : last.cursor),
  });
}

export function useTrace(id: string) {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "traces", id],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/signin-traces/{id}", { params: { path: { customerId, id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY, // a trace is never changed
  });
}
