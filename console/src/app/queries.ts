import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, done } from "../api/client";
import type { Me } from "../api/contract/session";
import { forgetDrafts } from "../ui/useDraft";

export function useMeQuery() {
  return useQuery({ queryKey: ["me"], queryFn: ({ signal }) => body(api.GET("/v1/me", { signal })), staleTime: 60_000 });
}

/** Replaces the pins of the person; the navigation shows the new ones while they are on their way. */
export function useSetPins() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (pages: string[]) => body(api.PUT("/v1/me/pins", { body: { pages } })),
    onSuccess: ({ pages }) => queries.setQueryData<Me>(["me"], (me) => me && { ...me, pins: pages }),
  });
}

/** The person has looked at the recovery methods and leaves them as they are. */
export function useKeepRecovery() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => done(api.POST("/v1/me/update-recovery/dismiss")),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me"], exact: true }),
  });
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
