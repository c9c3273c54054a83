import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, versioned } from "../../api/client";
import type { Inactivity } from "../../api/contract/account";
import { useCustomer } from "../../api/customer";

export function useAccount() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "account"],
    queryFn: ({ signal }) => versioned(api.GET("/{customerId}/v1/account", { params: { path: { customerId } }, signal })),
  });
}

/** Changes the account name. `etag` is the version that the person saw; everything that shows the name is read again. */
export function useRename() {
  const customerId = useCustomer().id;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, etag }: { name: string; etag: string }) =>
      versioned(api.PATCH("/{customerId}/v1/account", { params: { path: { customerId }, header: { "If-Match": etag } }, body: { name } })),
    onSuccess: (account) => {
      queries.setQueryData([customerId, "account"], account);
      void queries.invalidateQueries({ queryKey: ["me"], exact: true });
      void queries.invalidateQueries({ queryKey: [customerId, "systemlog"] });
    },
  });
}

export type Rename = ReturnType<typeof useRename>;

export function useInactivity() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "account", "inactivity"],
    queryFn: ({ signal }) => versioned(api.GET("/{customerId}/v1/account/inactivity", { params: { path: { customerId } }, signal })),
  });
}

/** Changes the time-out for all administrators (PLT-167); this window's own session follows at once (PLT-175). */
export function useSetInactivity(etag: string) {
  const customerId = useCustomer().id;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (inactivity: Inactivity) =>
      versioned(
        api.PUT("/{customerId}/v1/account/inactivity", { params: { path: { customerId }, header: { "If-Match": etag } }, body: inactivity }),
      ),
    onSuccess: (inactivity) => {
      queries.setQueryData([customerId, "account", "inactivity"], inactivity);
      void queries.invalidateQueries({ queryKey: ["me"], exact: true });
      void queries.invalidateQueries({ queryKey: [customerId, "systemlog"] });
    },
  });
}
