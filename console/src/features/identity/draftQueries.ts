import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, done } from "../../api/client";
import type { ConnectionDraft, ConnectionDraftChange, ConnectionDraftInput, MetadataRequest } from "../../api/contract/drafts";
import type { CertificateFile } from "../../api/contract/saml";
import { useCustomer } from "../../api/customer";
import { proven } from "../../api/proof";
import { useStale } from "./queries";

/** How often a draft is looked at while its test runs in the other window. */
const testPollMillis = 1_500;

export function useDrafts() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "drafts"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/connection-drafts", { params: { path: { customerId } }, signal })),
  });
}

export function useDraftQuery(id: string) {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "drafts", id],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/connection-drafts/{id}", { params: { path: { customerId, id } }, signal })),
    refetchInterval: (query) => (query.state.data?.test.state === "waiting" ? testPollMillis : false),
  });
}

export function useCreateDraft() {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (input: Omit<ConnectionDraftInput, "type">) =>
      body(api.POST("/{customerId}/v1/connection-drafts", { params: { path: { customerId } }, body: { type: "saml", ...input } })),
    onSuccess: () => stale("drafts"),
  });
}

/** Everything that is done with one draft. */
export function useDraftActions(id: string) {
  const customerId = useCustomer().id;
  const queries = useQueryClient();
  const stale = useStale();
  const params = { path: { customerId, id } };
  const key = [customerId, "drafts", id];
  const store = (draft: ConnectionDraft) => queries.setQueryData(key, draft);

  return {
    change: useMutation({
      mutationFn: (change: ConnectionDraftChange) =>
        body(api.PATCH("/{customerId}/v1/connection-drafts/{id}", { params, body: change })),
      onSuccess: store,
    }),
    metadata: useMutation({
      mutationFn: (source: MetadataRequest) =>
        body(api.POST("/{customerId}/v1/connection-drafts/{id}/metadata", { params, body: source })),
    }),
    certificate: useMutation({
      mutationFn: (file: CertificateFile) =>
        body(api.POST("/{customerId}/v1/connection-drafts/{id}/certificates", { params, body: file })),
    }),
    test: useMutation({
      mutationFn: () => body(api.POST("/{customerId}/v1/connection-drafts/{id}/test", { params })),
      onSuccess: () => queries.invalidateQueries({ queryKey: key }),
    }),
    finish: useMutation({
      mutationFn: () => proven(() => body(api.POST("/{customerId}/v1/connection-drafts/{id}/finish", { params }))),
      onSuccess: () => {
        queries.removeQueries({ queryKey: key });
        stale("drafts", "connections", "identity-providers", "workspace", "systemlog");
      },
    }),
    discard: useMutation({
      mutationFn: () => done(api.DELETE("/{customerId}/v1/connection-drafts/{id}", { params })),
      onSuccess: () => stale("drafts"),
    }),
  };
}
