/** The answers about the Entra ID directory. The rules of contract/answer.ts hold. */
import createClient from "openapi-fetch";
import { clientOptions } from "./client";
import type { Answer, Bodyless, Get, IfMatch, InCustomer, NoContent, Put } from "./paths";

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

/** The operations by path, in the shape that openapi-fetch takes. */
export interface EntraPaths {
  "/{customerId}/v1/identity-providers/entra": Get<InCustomer, EntraDirectory> &
    Put<InCustomer & Partial<IfMatch>, EntraDirectoryInput, Answer<EntraDirectory>> & { delete: Bodyless<InCustomer & IfMatch, NoContent> };
  "/{customerId}/v1/identity-providers/entra/check": { post: Bodyless<InCustomer, Answer<EntraDirectory>> };
}

/** The client of these operations. */
export const entra = createClient<EntraPaths>(clientOptions);
