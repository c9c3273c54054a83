import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, versioned } from "../../api/client";
import type { WorkspaceAppearanceInput, WorkspaceConfigurationInput, WorkspaceSignIn } from "../../api/contract/workspace";
import { useCustomer } from "../../api/customer";
import { workspaceQuery } from "../../api/queries";

export function useWorkspace() {
  return useQuery(workspaceQuery(useCustomer().id));
}

export function useSignInSettings() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "workspace", "sign-in"],
    queryFn: ({ signal }) => versioned(api.GET("/{customerId}/v1/workspace/sign-in", { params: { path: { customerId } }, signal })),
  });
}

export function useAppearance() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "workspace", "appearance"],
    queryFn: ({ signal }) => versioned(api.GET("/{customerId}/v1/workspace/appearance", { params: { path: { customerId } }, signal })),
  });
}

/** Makes what these kinds show be read again, whether a change was taken or somebody else was faster. */
function useStale() {
  const queries = useQueryClient();
  const customerId = useCustomer().id;
  return (...kinds: string[]) => Promise.all(["workspace", "systemlog", ...kinds].map((kind) => queries.invalidateQueries({ queryKey: [customerId, kind] })));
}

/** Changes the authentication method or the address. `etag` is the version that the person saw: two administrators never overwrite each other. */
export function useConfigureWorkspace(etag: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (change: WorkspaceConfigurationInput) =>
      body(
        api.PUT("/{customerId}/v1/workspace/configuration", {
          params: { path: { customerId }, header: { "If-Match": etag } },
          body: change,
        }),
      ),
    onSettled: () => stale("connections", "identity-providers"),
  });
}

export function useSetSignIn(etag: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (settings: WorkspaceSignIn) =>
      body(
        api.PUT("/{customerId}/v1/workspace/sign-in", { params: { path: { customerId }, header: { "If-Match": etag } }, body: settings }),
      ),
    onSettled: () => stale(),
  });
}

export function useSetAppearance(etag: string) {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (appearance: WorkspaceAppearanceInput) =>
      body(
        api.PUT("/{customerId}/v1/workspace/appearance", { params: { path: { customerId }, header: { "If-Match": etag } }, body: appearance }),
      ),
    onSettled: () => stale(),
  });
}
