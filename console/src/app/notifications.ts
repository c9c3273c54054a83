import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, done } from "../api/client";
import { useCustomer } from "../api/customer";
import { useLiveInterval } from "../api/polling";

/** How many the person has not dismissed. The live stream makes it stale. */
export function useNotificationCount() {
  const customerId = useCustomer().id;
  const refetchInterval = useLiveInterval();
  return useQuery({
    queryKey: [customerId, "notifications", "count"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/notifications/count", { params: { path: { customerId } }, signal })),
    refetchInterval,
  });
}

export function useNotifications() {
  const customerId = useCustomer().id;
  const refetchInterval = useLiveInterval();
  return useQuery({
    queryKey: [customerId, "notifications", "list"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/notifications", { params: { path: { customerId }, query: { limit: 100 } }, signal })),
    refetchInterval,
  });
}

/** Dismisses one notification, or all; for this person only (OPS-100). */
export function useDismiss() {
  const customerId = useCustomer().id;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string | "all") =>
      done(
        id === "all"
          ? api.POST("/{customerId}/v1/notifications/dismiss-all", { params: { path: { customerId } } })
          : api.POST("/{customerId}/v1/notifications/{id}/dismiss", { params: { path: { customerId, id } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: [customerId, "notifications"] }),
  });
}
