import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, done } from "./client";
import type { IdentityCheck, MySettings } from "./contract/profile";

/** The person's own settings; of a login of ours only. */
export function useSettings() {
  return useQuery({ queryKey: ["me", "settings"], queryFn: ({ signal }) => body(api.GET("/v1/me/settings", { signal })) });
}

/** Whether changes of My settings are possible without another identity check (IAM-088). */
export function isChecked({ identityCheckedUntil }: MySettings): boolean {
  return identityCheckedUntil !== null && Date.parse(identityCheckedUntil) > Date.now();
}

export function useIdentityCheck() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (check: IdentityCheck) => done(api.POST("/v1/me/identity-check", { body: check })),
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me"] }),
  });
}

export const useMailCheckCode = () => useMutation({ mutationFn: () => done(api.POST("/v1/me/identity-check/email")) });
