import type * as c from "./contract";

interface Failure {
  headers: { [name: string]: unknown };
  content: { "application/problem+json": c.Problem };
}

interface Answer<T> {
  headers: { [name: string]: unknown };
  content: { "application/json": T };
}

interface NoContent {
  headers: { [name: string]: unknown };
  content?: never;
}

interface Operation<Parameters, Body, Success> {
  parameters: Parameters;
  requestBody: Body extends never ? undefined : { content: { "application/json": Body } };
  responses: { 200: Success; default: Failure };
}

interface Bodyless<Parameters, Success> {
  parameters: Parameters;
  requestBody?: never;
  responses: { 200: Success; default: Failure };
}

interface InCustomer {
  path: { customerId: string };
}
interface InObject {
  path: { customerId: string; id: string };
}
interface Listing {
  path: { customerId: string };
  query?: { limit?: number; cursor?: string };
}
interface IfMatch {
  header: { "If-Match": string };
}

type Get<P, T> = { get: Bodyless<P, Answer<T>> };
type List<T> = Get<Listing, c.Page<T>>;
type Post<P, B, T> = { post: Operation<P, B, Answer<T>> };
type Patch<P, B, T> = { patch: Operation<P, B, Answer<T>> };
type Delete<P> = { delete: Bodyless<P, NoContent> };

/** The operations of the API by path, in the shape that openapi-fetch takes. */
export interface paths {
  "/v1/me": Get<Record<never, never>, c.Me>;
  "/v1/me/sign-out": Post<Record<never, never>, c.SignOutRequest, c.SignOutAnswer>;
  "/v1/me/customer": Post<Record<never, never>, c.SwitchCustomerRequest, c.Me>;
  "/{customerId}/v1/systemlog/records": Get<
    InCustomer & { query?: { from?: string; to?: string; limit?: number; cursor?: string } },
    c.Page<c.LogRecord>
  >;
  "/{customerId}/v1/locations": List<c.Location> & Post<InCustomer, c.LocationInput, c.Location>;
  "/{customerId}/v1/locations/{id}": Get<InObject, c.Location> & Patch<InObject, c.LocationInput, c.Location> & Delete<InObject>;
  "/{customerId}/v1/locations/{id}/connectors": Get<InObject & Listing, c.Page<c.Connector>>;
  "/{customerId}/v1/locations/{id}/parameter-file": Post<InObject, c.ParameterFileRequest, c.ParameterFile>;
  "/{customerId}/v1/connectors/{id}": Get<InObject, c.Connector> & Delete<InObject>;
  "/{customerId}/v1/administrators": List<c.Administrator>;
  "/{customerId}/v1/service-principals": List<c.ServicePrincipal> &
    Post<InCustomer, c.ServicePrincipalInput, c.ServicePrincipalCreated>;
  "/{customerId}/v1/service-principals/{id}": Get<InObject, c.ServicePrincipal> & Delete<InObject>;
  "/{customerId}/v1/identity-providers": List<c.IdentityProvider>;
  "/{customerId}/v1/connections": List<c.Connection>;
  "/{customerId}/v1/connections/{id}": Get<InObject, c.Connection> &
    Patch<InObject & IfMatch, c.ConnectionChange, c.Connection> &
    Delete<InObject>;
  "/{customerId}/v1/connection-drafts": List<c.ConnectionDraft> & Post<InCustomer, c.ConnectionDraftInput, c.ConnectionDraft>;
  "/{customerId}/v1/connection-drafts/{id}": Get<InObject, c.ConnectionDraft> &
    Patch<InObject, c.ConnectionDraftChange, c.ConnectionDraft> &
    Delete<InObject>;
  "/{customerId}/v1/connection-drafts/{id}/metadata": Post<InObject, c.MetadataRequest, c.MetadataProposal>;
  "/{customerId}/v1/connection-drafts/{id}/certificates": Post<InObject, c.CertificateFile, c.IdpCertificate>;
  "/{customerId}/v1/connection-drafts/{id}/test": { post: Bodyless<InObject, Answer<c.TestStarted>> };
  "/{customerId}/v1/connection-drafts/{id}/finish": { post: Bodyless<InObject, Answer<c.Connection>> };
  "/{customerId}/v1/directory/forests": List<c.Forest>;
  "/{customerId}/v1/directory/domains": List<c.Domain>;
  "/{customerId}/v1/workspace/configuration": Get<InCustomer, c.WorkspaceConfiguration> & {
    put: Operation<InCustomer & IfMatch, c.WorkspaceConfigurationInput, Answer<c.WorkspaceConfiguration>>;
  };
  "/{customerId}/v1/signin-traces": Get<
    InCustomer & {
      query?: { from?: string; to?: string; transactionId?: string; outcome?: "succeeded" | "refused"; limit?: number; cursor?: string };
    },
    c.Page<c.TraceSummary>
  >;
  "/{customerId}/v1/signin-traces/{id}": Get<InObject, c.Trace>;
}
