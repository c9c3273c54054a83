import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, done, versioned } from "../../api/client";
import type { DirectoryPrincipal } from "../../api/contract/directory";
import type { OfferingInput } from "../../api/contract/library";
import { useCustomer } from "../../api/customer";
import { useLiveInterval } from "../../api/polling";
import { offeringsQuery } from "../../api/queries";

export function useOfferings() {
  const refetchInterval = useLiveInterval();
  return useQuery({ ...offeringsQuery(useCustomer().id), refetchInterval });
}

export function useOffering(id: string) {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "offerings", id],
    queryFn: ({ signal }) => versioned(api.GET("/{customerId}/v1/offerings/{id}", { params: { path: { customerId, id } }, signal })),
  });
}

/** Makes everything be read again that shows offerings. */
function useStale() {
  const queries = useQueryClient();
  const customerId = useCustomer().id;
  return () => Promise.all(["offerings", "systemlog"].map((kind) => queries.invalidateQueries({ queryKey: [customerId, kind] })));
}

export function useCreateOffering() {
  const customerId = useCustomer().id;
  return useMutation({
    mutationFn: (input: OfferingInput) => body(api.POST("/{customerId}/v1/offerings", { params: { path: { customerId } }, body: input })),
    onSuccess: useStale(),
  });
}

/** `etag` is the version that the person saw: two administrators never overwrite each other. */
export function useChangeOffering(id: string, etag: string) {
  const customerId = useCustomer().id;
  return useMutation({
    mutationFn: (input: OfferingInput) =>
      body(api.PATCH("/{customerId}/v1/offerings/{id}", { params: { path: { customerId, id }, header: { "If-Match": etag } }, body: input })),
    onSuccess: useStale(),
  });
}

export function useDeleteOffering(id: string) {
  const customerId = useCustomer().id;
  return useMutation({
    mutationFn: () => done(api.DELETE("/{customerId}/v1/offerings/{id}", { params: { path: { customerId, id } } })),
    onSuccess: useStale(),
  });
}

const assignmentsPerPage = 100;

export function useAssignments(offeringId: string) {
  const customerId = useCustomer().id;
  return useInfiniteQuery({
    queryKey: [customerId, "offerings", offeringId, "assignments"],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/{customerId}/v1/offerings/{id}/assignments", {
          params: { path: { customerId, id: offeringId }, query: { limit: assignmentsPerPage, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ cursor }) => cursor || undefined,
  });
}

/** One who was chosen and could not be assigned. */
export interface NotAssigned {
  principal: DirectoryPrincipal;
  error: unknown;
}

/** Assigns one after the other, so that one refusal does not stop the rest. Answers those who were refused. */
export function useAssign(offeringId: string) {
  const customerId = useCustomer().id;
  return useMutation({
    mutationFn: async (chosen: readonly DirectoryPrincipal[]) => {
      const refused: NotAssigned[] = [];
      for (const principal of chosen) {
        const { kind, sid, domain } = principal;
        try {
          await body(
            api.POST("/{customerId}/v1/offerings/{id}/assignments", {
              params: { path: { customerId, id: offeringId } },
              body: { kind, sid, domain },
            }),
          );
        } catch (error) {
          refused.push({ principal, error });
        }
      }
      return refused;
    },
    onSuccess: useStale(),
  });
}

export function useUnassign(offeringId: string, assignmentId: string) {
  const customerId = useCustomer().id;
  return useMutation({
    mutationFn: () =>
      done(
        api.DELETE("/{customerId}/v1/offerings/{id}/assignments/{assignmentId}", {
          params: { path: { customerId, id: offeringId, assignmentId } },
        }),
      ),
    onSuccess: useStale(),
  });
}

/** What is asked of the directories. */
export interface DirectorySearch {
  text: string;
  /** "" = every domain that is not disabled. */
  domain: string;
  kind: "any" | "user" | "group";
}

/**
 * Asks the connectors; what was found before stays until the answer is there. Nothing is asked for an empty text. Not under the key of
 * what live events make stale: the directories are asked when somebody types, not when something changes elsewhere.
 */
export function useDirectorySearch({ text, domain, kind }: DirectorySearch) {
  const customerId = useCustomer().id;
  return useInfiniteQuery({
    queryKey: [customerId, "directory-search", text, domain, kind],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/{customerId}/v1/directory/search", {
          params: { path: { customerId }, query: { q: text, domain, kind, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ cursor }) => cursor || undefined,
    placeholderData: keepPreviousData,
    enabled: text !== "",
    retry: false,
  });
}
