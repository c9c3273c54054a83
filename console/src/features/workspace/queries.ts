import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import type { WorkspaceAuthentication } from "../../api/contract";
import { useCustomer } from "../../api/customer";
import { workspaceQuery } from "../../api/queries";

export function useWorkspace() {
  return useQuery(workspaceQuery(useCustomer().id));
}

/** Changes the authentication method. `etag` is the version that the person saw: two administrators never overwrite each other. */
export function useChooseAuthentication(etag: string) {
  const customerId = useCustomer().id;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (authentication: WorkspaceAuthentication) =>
      body(
        api.PUT("/{customerId}/v1/workspace/configuration", {
          params: { path: { customerId }, header: { "If-Match": etag } },
          body: { authentication },
        }),
      ),
    onSettled: () => {
      for (const kind of ["workspace", "connections", "identity-providers", "systemlog"]) {
        void queries.invalidateQueries({ queryKey: [customerId, kind] });
      }
    },
  });
}
