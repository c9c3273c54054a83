import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { allOf, api, body, done } from "../../api/client";
import type { ConnectionChange } from "../../api/contract/connections";
import type { ServicePrincipalInput } from "../../api/contract/principals";
import { useCustomer } from "../../api/customer";
import { proven } from "../../api/proof";

/** Makes the lists of these kinds be read again. */
export function useStale() {
  const queries = useQueryClient();
  const { id } = useCustomer();
  return (...kinds: string[]) => {
    for (const kind of kinds) void queries.invalidateQueries({ queryKey: [id, kind] });
  };
}

export function useProviders() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "identity-providers"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/identity-providers", { params: { path: { customerId } }, signal })),
  });
}

/** The kinds of people who can sign in through a B2B connection. They never change while the console is open. */
export function useFrontendKinds() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "frontend-kinds"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/identity-providers/frontend-kinds", { params: { path: { customerId } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Changes the nickname or the sign-in URL. `etag` is the version that the person saw. */
export function useChangeConnection(id: string, etag: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (change: ConnectionChange) =>
      proven(() =>
        body(
          api.PATCH("/{customerId}/v1/connections/{id}", {
            params: { path: { customerId, id }, header: { "If-Match": etag } },
            body: change,
          }),
        ),
      ),
    onSuccess: () => stale("connections", "identity-providers", "workspace", "systemlog"),
  });
}

export function useDisconnect(id: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: () => done(api.DELETE("/{customerId}/v1/connections/{id}", { params: { path: { customerId, id } } })),
    onSuccess: () => stale("connections", "identity-providers", "workspace", "systemlog"),
  });
}

export function usePrincipals() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "service-principals"],
    queryFn: async ({ signal }) => ({
      items: await allOf((cursor) =>
        api.GET("/{customerId}/v1/service-principals", { params: { path: { customerId }, query: { limit: 200, cursor } }, signal }),
      ),
    }),
  });
}

/** The secret is in the answer only, which is dropped with the dialog. */
export function useCreatePrincipal() {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (input: ServicePrincipalInput) =>
      proven(() => body(api.POST("/{customerId}/v1/service-principals", { params: { path: { customerId } }, body: input }))),
    gcTime: 0,
    onSuccess: () => stale("service-principals", "systemlog"),
  });
}

/** Makes whoever is signed in the owner. */
export function useApprovePrincipal(id: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: () => proven(() => body(api.POST("/{customerId}/v1/service-principals/{id}/approve", { params: { path: { customerId, id } } }))),
    onSuccess: () => stale("service-principals", "systemlog"),
  });
}

export function useDeletePrincipal(id: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: () => done(api.DELETE("/{customerId}/v1/service-principals/{id}", { params: { path: { customerId, id } } })),
    onSuccess: () => stale("service-principals", "systemlog"),
  });
}
