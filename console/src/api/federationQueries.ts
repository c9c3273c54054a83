import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, body, versioned } from "./client";
import { useCustomer } from "./customer";
import { ApiError } from "./problem";

/** What more than one feature asks about federation. */

export function rotationQuery(customerId: string) {
  return queryOptions({
    queryKey: [customerId, "saml-rotation"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/saml-rotation", { params: { path: { customerId } }, signal })),
  });
}

/** Begins a sign-in that is asked for with the next key. */
export function useNextKeyTest() {
  const customerId = useCustomer().id;
  return useMutation({
    mutationFn: (id: string) => body(api.POST("/{customerId}/v1/connections/{id}/next-key-test", { params: { path: { customerId, id } } })),
  });
}

/** What is there, or null: a workspace without a host of its own is not an error. */
async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** The workspace's own host with its version; null = there is none. */
export function customDomainQuery(customerId: string) {
  return queryOptions({
    queryKey: [customerId, "workspace", "custom-domain"],
    queryFn: async ({ signal }) => {
      const found = await orNull(versioned(api.GET("/{customerId}/v1/workspace/custom-domain", { params: { path: { customerId } }, signal })));
      return found === null || found.value.host === "" ? null : found;
    },
  });
}

/** The second SAML application, for the workspace's own host; null = there is none. */
export function customSamlQuery(customerId: string) {
  return queryOptions({
    queryKey: [customerId, "workspace", "custom-saml"],
    queryFn: ({ signal }) => orNull(versioned(api.GET("/{customerId}/v1/workspace/custom-domain/saml", { params: { path: { customerId } }, signal }))),
  });
}
