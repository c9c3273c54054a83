import { useMutation, useQuery } from "@tanstack/react-query";
import { api, body, done, versioned } from "../../api/client";
import type { SlotFile } from "../../api/contract/connections";
import { useCustomer } from "../../api/customer";
import { proven } from "../../api/proof";
import { useSettled } from "../../ui/useSettled";
import { useStale } from "./queries";

/** How often a test is looked at while it runs in the other window. */
const testPollMillis = 1_500;
/** How long nothing is typed before the server is asked. */
const typingMillis = 400;

/** A connection in full, with its version. */
export function useConnection(id: string) {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "connections", id],
    queryFn: ({ signal }) => versioned(api.GET("/{customerId}/v1/connections/{id}", { params: { path: { customerId, id } }, signal })),
  });
}

/** Whether an identifier is free; undefined while nothing is known. What the server refuses as ill-formed is an error of the query. */
export function useAvailability(identifier: string) {
  const customerId = useCustomer().id;
  const id = useSettled(identifier.trim(), typingMillis);
  const asked = useQuery({
    queryKey: [customerId, "sign-in-urls", id],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/sign-in-urls/{id}", { params: { path: { customerId, id } }, signal })),
    enabled: id !== "",
    retry: false,
    staleTime: 0,
  });
  return id === identifier.trim() && !asked.isFetching ? asked.data?.available : undefined;
}

/** The well-known identity providers. They never change while the console is open. */
export function usePresets() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "saml-presets"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/identity-providers/presets", { params: { path: { customerId } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Begins a connection with the settings of another; its address and name are its own (SAM-066). */
export function useClone(id: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (input: { signInUrlId: string; nickname: string }) =>
      body(api.POST("/{customerId}/v1/connections/{id}/clone", { params: { path: { customerId, id } }, body: input })),
    onSuccess: () => stale("drafts"),
  });
}

/** Everything else that is done with one saved connection. `etag` is the version that the person saw, where a change must name it. */
export function useConnectionActions(id: string, etag = "") {
  const customerId = useCustomer().id;
  const stale = useStale();
  const path = { customerId, id };
  const header = { "If-Match": etag };
  const onSuccess = () => stale("connections", "identity-providers", "saml-rotation", "systemlog");
  return {
    upload: useMutation({
      mutationFn: ({ slot, file }: { slot: number; file: SlotFile }) =>
        proven(() => done(api.PUT("/{customerId}/v1/connections/{id}/certificates/{slot}", { params: { path: { ...path, slot }, header }, body: file }))),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: (slot: number) =>
        done(api.DELETE("/{customerId}/v1/connections/{id}/certificates/{slot}", { params: { path: { ...path, slot }, header } })),
      onSuccess,
    }),
    source: useMutation({
      mutationFn: (source: { url: string; refresh: boolean }) =>
        proven(() => done(api.PUT("/{customerId}/v1/connections/{id}/metadata-source", { params: { path, header }, body: source }))),
      onSuccess,
    }),
    refresh: useMutation({
      mutationFn: () => done(api.POST("/{customerId}/v1/connections/{id}/metadata-source/refresh", { params: { path } })),
      onSettled: onSuccess, // a reading that failed is told by the connection, too
    }),
    decide: useMutation({
      mutationFn: ({ proposalId, accept }: { proposalId: string; accept: boolean }) => {
        const params = { path: { ...path, proposalId } };
        return accept
          ? proven(() => done(api.POST("/{customerId}/v1/connections/{id}/key-proposals/{proposalId}/accept", { params })))
          : done(api.POST("/{customerId}/v1/connections/{id}/key-proposals/{proposalId}/reject", { params }));
      },
      onSuccess,
    }),
    offer: useMutation({
      mutationFn: (proposalId: string) =>
        proven(() => done(api.POST("/{customerId}/v1/connections/{id}/key-proposals/{proposalId}/offer", { params: { path: { ...path, proposalId } } }))),
      onSuccess,
    }),
    adfs: useMutation({
      mutationFn: (application: "primary" | "custom_domain") =>
        body(api.GET("/{customerId}/v1/connections/{id}/adfs", { params: { path, query: { application } } })),
    }),
    test: useMutation({
      mutationFn: () => body(api.POST("/{customerId}/v1/connections/{id}/test", { params: { path } })),
    }),
  };
}

/** What a test has found out, read again until it has ended. */
export function useTest(id: string) {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "connection-tests", id],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/connection-tests/{id}", { params: { path: { customerId, id } }, signal })),
    enabled: id !== "",
    refetchInterval: (query) => (query.state.data?.state === "waiting" ? testPollMillis : false),
  });
}

/** Runs the hostile messages of the product against the verifier of this very server. */
export function useSelfTest() {
  const customerId = useCustomer().id;
  return useMutation({
    mutationFn: () => body(api.POST("/{customerId}/v1/tools/saml-self-test", { params: { path: { customerId } } })),
  });
}
