import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../api/client";
import { forgetDrafts } from "../ui/useDraft";

export function useMeQuery() {
  return useQuery({ queryKey: ["me"], queryFn: ({ signal }) => body(api.GET("/v1/me", { signal })), staleTime: 60_000 });
}

/** Ends this session or all sessions of the person, and leaves the console. */
export function useSignOut() {
  return useMutation({
    mutationFn: (everywhere: boolean) => body(api.POST("/v1/me/sign-out", { body: { everywhere } })),
    onSuccess: ({ location }) => {
      forgetDrafts();
      window.location.assign(location);
    },
  });
}

/** Moves the session to another customer; nothing of the first one stays in the window. */
export function useSwitchCustomer() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (customerId: string) => body(api.POST("/v1/me/customer", { body: { customerId } })),
    onSuccess: (me) => {
      forgetDrafts();
      queries.clear();
      queries.setQueryData(["me"], me);
    },
  });
}
