import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { api, body, done } from "../../api/client";
import type { Administrator, DirectoryAdministratorInput, InvitationInput } from "../../api/contract/administrators";
import { useCustomer } from "../../api/customer";
import { proven } from "../../api/proof";
import { useStale } from "./queries";

const pageSize = 100;

/** Active and invited administrators, page by page. */
export function useAdministrators() {
  const customerId = useCustomer().id;
  return useInfiniteQuery({
    queryKey: [customerId, "administrators", "pages"],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/{customerId}/v1/administrators", {
          params: { path: { customerId }, query: { limit: pageSize, ...(pageParam === "" ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => (last.cursor === "" ? undefined : last.cursor),
  });
}

export function useAccessRequests() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "access-requests"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/access-requests", { params: { path: { customerId }, query: { limit: 200 } }, signal })),
  });
}

export function useDismissRequest() {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (id: string) => done(api.DELETE("/{customerId}/v1/access-requests/{id}", { params: { path: { customerId, id } } })),
    onSettled: () => stale("access-requests", "systemlog"),
  });
}

export function useInvite() {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (input: InvitationInput) =>
      proven(() => body(api.POST("/{customerId}/v1/administrators/invitations", { params: { path: { customerId } }, body: input }))),
    onSuccess: () => stale("administrators", "access-requests", "systemlog"),
  });
}

/** Mails an invitation again; its end stays (IAM-054). */
export function useResend() {
  const customerId = useCustomer().id;
  return useMutation({
    mutationFn: ({ id }: Administrator) =>
      done(api.POST("/{customerId}/v1/administrators/invitations/{id}/resend", { params: { path: { customerId, id } } })),
  });
}

/** Deletes administrators and invitations one after the other; the first that is refused ends it. */
export function useDeleteAdministrators() {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: async (administrators: readonly Administrator[]) => {
      for (const { id } of administrators) await done(api.DELETE("/{customerId}/v1/administrators/{id}", { params: { path: { customerId, id } } }));
    },
    onSettled: () => stale("administrators", "service-principals", "systemlog"),
  });
}

/** Where a new administrator can come from, and why not. */
export function useIdentityOptions() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "identity-options"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/administrators/identity-options", { params: { path: { customerId } }, signal })),
  });
}

/** People and groups of the directory whose names begin with a text; "" in `domain` = all domains. */
export function useDirectorySearch(text: string, domain: string, kind: "any" | "user" | "group") {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "directory-search", "administrators", text, domain, kind],
    queryFn: ({ signal }) =>
      body(api.GET("/{customerId}/v1/directory/search", { params: { path: { customerId }, query: { q: text, domain, kind, cursor: "" } }, signal })),
    placeholderData: keepPreviousData,
    enabled: text !== "",
    retry: false,
  });
}

/** Makes a person or a group of the directory an administrator; nobody is mailed (IAM-109). */
export function useAddFromDirectory() {
  const customerId = useCustomer().id;
  const stale = useStale();
  return useMutation({
    mutationFn: (input: DirectoryAdministratorInput) =>
      proven(() => body(api.POST("/{customerId}/v1/administrators/directory", { params: { path: { customerId } }, body: input }))),
    onSuccess: () => stale("administrators", "systemlog"),
  });
}
