import type { InvitationInput } from "../../../../api/contract/administrators";
import type { Permission } from "../../../../api/contract/session";

/** The steps of the wizard, in order (IAM-040). */
export const stepKeys = ["details", "access", "review"] as const;
export type StepKey = (typeof stepKeys)[number];

/** What custom access can hold; the console's own permissions. */
export const grantable: readonly Permission[] = [
  "domains",
  "notifications",
  "resource_locations",
  "secure_clients",
  "support_tickets",
  "system_log",
  "workspace_configuration",
  "signin_trace",
];

/** Says what a step still lacks; undefined = go on. The server looks again, and more closely. */
export function lacks(step: StepKey, input: InvitationInput): "email" | "permissions" | undefined {
  if (step === "details" && !/^\S+@\S+$/.test(input.email.trim())) return "email";
  if (step === "access" && input.access === "custom" && input.permissions.length === 0) return "permissions";
  return undefined;
}
