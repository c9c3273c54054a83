import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body, done } from "../../api/client";
import type { NewPassword, NewPhone } from "../../api/contract/profile";

/** A change of the person's own settings, after which they are read again. What it answers is kept nowhere. */
function useChange<V, R>(mutationFn: (value: V) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, gcTime: 0, onSuccess: () => queries.invalidateQueries({ queryKey: ["me"] }) });
}

/** Begins the enrolment of a device; the answer holds its key. */
export const useNewAuthenticator = () => useMutation({ mutationFn: () => body(api.POST("/v1/me/authenticator")), gcTime: 0 });

export const useConfirmAuthenticator = () => useChange((code: string) => done(api.POST("/v1/me/authenticator/confirm", { body: { code } })));

export const useNewRecoveryEmail = () => useMutation({ mutationFn: (email: string) => done(api.POST("/v1/me/recovery-email", { body: { email } })) });

export const useConfirmRecoveryEmail = () => useChange((code: string) => done(api.POST("/v1/me/recovery-email/confirm", { body: { code } })));

/** Makes the new set; the old one works until the new one is confirmed. */
export const useNewBackupCodes = () => useMutation({ mutationFn: () => body(api.POST("/v1/me/backup-codes")), gcTime: 0 });

export const useConfirmBackupCodes = () => useChange(() => done(api.POST("/v1/me/backup-codes/confirm")));

export const useSavePhone = () => useChange((phone: NewPhone) => done(api.PUT("/v1/me/recovery-phone", { body: phone })));

export const useNewEmail = () => useMutation({ mutationFn: (email: string) => done(api.POST("/v1/me/email", { body: { email } })) });

/** Takes the new address over, and ends every session of the person. */
export const useConfirmEmail = () => useMutation({ mutationFn: (code: string) => done(api.POST("/v1/me/email/confirm", { body: { code } })) });

export const useSavePassword = () => useChange((password: NewPassword) => done(api.PUT("/v1/me/password", { body: password })));
