import { useMutation, useQuery } from "@tanstack/react-query";
import { api, body, done, versioned } from "../../api/client";
import { useCustomer } from "../../api/customer";
import type { EntraDirectoryInput } from "../../api/contract/entra";
import { ApiError } from "../../api/problem";
import { useStale } from "./queries";

/** The Entra ID directory with its version; null while none is connected. */
export function useEntraDirectory() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "entra"],
    queryFn: async ({ signal }) => {
      try {
        return await versioned(api.GET("/{customerId}/v1/identity-providers/entra", { params: { path: { customerId } }, signal }));
      } catch (error) {
        if (error instanceof ApiError && error.problem.code === "entra_missing") return null;
        throw error;
      }
    },
  });
}

/** Everything that changes the directory. `etag` is the version that the person saw; "" = none is connected. */
export function useEntraActions(etag: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  const path = { customerId };
  const header = { "If-Match": etag };
  const onSuccess = () => stale("entra", "systemlog");
  return {
    /** The secret is in the request only, which is dropped with the form. */
    connect: useMutation({
      mutationFn: (input: EntraDirectoryInput) =>
        body(api.PUT("/{customerId}/v1/identity-providers/entra", { params: { path, ...(etag === "" ? {} : { header }) }, body: input })),
      gcTime: 0,
      onSuccess,
    }),
    check: useMutation({
      mutationFn: () => body(api.POST("/{customerId}/v1/identity-providers/entra/check", { params: { path } })),
      onSuccess,
    }),
    disconnect: useMutation({
      mutationFn: () => done(api.DELETE("/{customerId}/v1/identity-providers/entra", { params: { path, header } })),
      onSuccess,
    }),
  };
}
