import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, done } from "../../api/client";
import { useCustomer } from "../../api/customer";
import { useLiveInterval } from "../../api/polling";
import { domainsQuery } from "../../api/queries";

export function useDomains() {
  const refetchInterval = useLiveInterval();
  return useQuery({ ...domainsQuery(useCustomer().id), refetchInterval });
}

function useStale() {
  const queries = useQueryClient();
  const customerId = useCustomer().id;
  return (...kinds: string[]) => Promise.all(kinds.map((kind) => queries.invalidateQueries({ queryKey: [customerId, kind] })));
}

export function useSetDomainState(name: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (enabled: boolean) =>
      body(api.PUT("/{customerId}/v1/directory/domains/{id}/state", { params: { path: { customerId, id: name } }, body: { enabled } })),
    onSuccess: () => stale("directory", "systemlog"),
  });
}

export function useSetPrimary(name: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (locationId: string) =>
      body(api.PUT("/{customerId}/v1/directory/domains/{id}/primary-location", { params: { path: { customerId, id: name } }, body: { locationId } })),
    onSuccess: () => stale("directory", "systemlog"),
  });
}

/** Only for somebody who has ticked that he understands the consequences (CON-321). */
export function useResetPrimary(name: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: () =>
      done(
        api.DELETE("/{customerId}/v1/directory/domains/{id}/primary-location", {
          params: { path: { customerId, id: name }, query: { acknowledge: true } },
        }),
      ),
    onSuccess: () => stale("directory", "systemlog"),
  });
}

export function useDetect() {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: () => body(api.POST("/{customerId}/v1/directory/detect", { params: { path: { customerId } } })),
    onSuccess: () => stale("directory", "identity-providers", "workspace", "systemlog"),
  });
}
