/** Where people are found whose assertion asks for their Entra ID identity. */
export interface EntraDirectory {
  tenantId: string;
  tenantName: string;
  /** Verified custom domains, as they were last read. */
  domains: string[];
  clientId: string;
  connectedAt: string;
  connectedBy: string;
  check: { at: string; ok: boolean; code: string; message: string };
  version: number;
}

export interface EntraDirectoryInput {
  tenantId: string;
  clientId: string;
  /** Absent keeps the present one, as long as tenant and application stay. */
  clientSecret?: string;
}
