import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, done } from "../../api/client";
import type { LocationInput } from "../../api/contract/locations";
import { useCustomer } from "../../api/customer";
import { useLiveInterval } from "../../api/polling";
import { domainsQuery, locationsQuery } from "../../api/queries";

export function useLocations() {
  const refetchInterval = useLiveInterval();
  return useQuery({ ...locationsQuery(useCustomer().id), refetchInterval });
}

/** For each resource location the domains that prefer it; nothing while that is not known. */
export function usePrimaryDomains(): ReadonlyMap<string, string[]> {
  const { data } = useQuery(domainsQuery(useCustomer().id));
  const domains = new Map<string, string[]>();
  for (const { name, primaryLocation } of data?.items ?? []) {
    if (primaryLocation !== null) domains.set(primaryLocation.id, [...(domains.get(primaryLocation.id) ?? []), name]);
  }
  return domains;
}

export function useResourceLocation(id: string) {
  const customerId = useCustomer().id;
  const refetchInterval = useLiveInterval();
  return useQuery({
    queryKey: [customerId, "locations", id],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/locations/{id}", { params: { path: { customerId, id } }, signal })),
    refetchInterval,
  });
}

export function useConnectors(locationId: string) {
  const customerId = useCustomer().id;
  const refetchInterval = useLiveInterval();
  return useQuery({
    queryKey: [customerId, "connectors", locationId],
    queryFn: ({ signal }) =>
      body(
        api.GET("/{customerId}/v1/locations/{id}/connectors", {
          params: { path: { customerId, id: locationId }, query: { limit: 200 } },
          signal,
        }),
      ),
    refetchInterval,
  });
}

function useStale() {
  const queries = useQueryClient();
  const customerId = useCustomer().id;
  return (...kinds: string[]) => {
    for (const kind of kinds) void queries.invalidateQueries({ queryKey: [customerId, kind] });
  };
}

export function useCreateLocation() {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (input: LocationInput) => body(api.POST("/{customerId}/v1/locations", { params: { path: { customerId } }, body: input })),
    onSuccess: () => stale("locations", "systemlog"),
  });
}

export function useRenameLocation(id: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (input: LocationInput) =>
      body(api.PATCH("/{customerId}/v1/locations/{id}", { params: { path: { customerId, id } }, body: input })),
    onSuccess: () => stale("locations", "systemlog"),
  });
}

export function useDeleteLocation(id: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: () => done(api.DELETE("/{customerId}/v1/locations/{id}", { params: { path: { customerId, id } } })),
    onSuccess: () => stale("locations", "systemlog"),
  });
}

export function useRemoveConnector(id: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: () => done(api.DELETE("/{customerId}/v1/connectors/{id}", { params: { path: { customerId, id } } })),
    onSuccess: () => stale("connectors", "locations", "systemlog"),
  });
}

/** Makes the parameter file of one installation. Its secret exists only in the answer, which is kept nowhere else. */
export function useParameterFile(locationId: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (acceptTermsOfService: boolean) =>
      body(
        api.POST("/{customerId}/v1/locations/{id}/parameter-file", {
          params: { path: { customerId, id: locationId } },
          body: { acceptTermsOfService },
        }),
      ),
    gcTime: 0,
    onSuccess: () => stale("service-principals", "systemlog"),
  });
}
