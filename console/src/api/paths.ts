import type * as c from "./contract";

interface Failure {
  headers: { [name: string]: unknown };
  content: { "application/problem+json": c.Problem };
}

export interface Answer<T> {
  headers: { [name: string]: unknown };
  content: { "application/json": T };
}

export interface NoContent {
  headers: { [name: string]: unknown };
  content?: never;
}

export interface Operation<Parameters, Body, Success> {
  parameters: Parameters;
  requestBody: Body extends never ? undefined : { content: { "application/json": Body } };
  responses: { 200: Success; default: Failure };
}

export interface Bodyless<Parameters, Success> {
  parameters: Parameters;
  requestBody?: never;
  responses: { 200: Success; default: Failure };
}

export interface InCustomer {
  path: { customerId: string };
}
export interface InObject {
  path: { customerId: string; id: string };
}
interface Listing {
  path: { customerId: string };
  query?: { limit?: number; cursor?: string };
}
export interface IfMatch {
  header: { "If-Match": string };
}

export type Get<P, T> = { get: Bodyless<P, Answer<T>> };
type List<T> = Get<Listing, c.Page<T>>;
export type Post<P, B, T> = { post: Operation<P, B, Answer<T>> };
export type Patch<P, B, T> = { patch: Operation<P, B, Answer<T>> };
type Delete<P> = { delete: Bodyless<P, NoContent> };
export type Put<P, B, T> = { put: Operation<P, B, T> };
type PostEmpty<P> = { post: Bodyless<P, NoContent> };
type Confirm = { post: Operation<Record<never, never>, c.Code, NoContent> };
type OfMe<B> = { post: Operation<Record<never, never>, B, NoContent> };

/** The operations of the API by path, in the shape that openapi-fetch takes. */
export interface paths {
  "/v1/me": Get<Record<never, never>, c.Me>;
  "/v1/me/sign-out": Post<Record<never, never>, c.SignOutRequest, c.SignOutAnswer>;
  "/v1/me/customer": Post<Record<never, never>, c.SwitchCustomerRequest, c.Me>;
  "/v1/me/pins": Put<Record<never, never>, c.Pins, Answer<c.Pins>>;
  "/v1/me/update-recovery/dismiss": PostEmpty<Record<never, never>>;
  "/v1/me/settings": Get<Record<never, never>, c.MySettings>;
  "/v1/me/identity-check": OfMe<c.IdentityCheck>;
  "/v1/me/identity-check/email": PostEmpty<Record<never, never>>;
  "/v1/me/authenticator": { post: Bodyless<Record<never, never>, Answer<c.NewAuthenticator>> };
  "/v1/me/authenticator/confirm": Confirm;
  "/v1/me/recovery-email": OfMe<c.NewAddress>;
  "/v1/me/recovery-email/confirm": Confirm;
  "/v1/me/backup-codes": { post: Bodyless<Record<never, never>, Answer<c.BackupCodes>> };
  "/v1/me/backup-codes/confirm": PostEmpty<Record<never, never>>;
  "/v1/me/recovery-phone": Put<Record<never, never>, c.NewPhone, NoContent>;
  "/v1/me/email": OfMe<c.NewAddress>;
  "/v1/me/email/confirm": Confirm;
  "/v1/me/password": Put<Record<never, never>, c.NewPassword, NoContent>;
  "/{customerId}/v1/account": Get<InCustomer, c.Account> & Patch<InCustomer & IfMatch, c.AccountChange, c.Account>;
  "/{customerId}/v1/account/inactivity": Get<InCustomer, c.Inactivity> & Put<InCustomer & IfMatch, c.Inactivity, Answer<c.Inactivity>>;
  "/{customerId}/v1/notifications": List<c.Notification>;
  "/{customerId}/v1/notifications/count": Get<InCustomer, c.NotificationCount>;
  "/{customerId}/v1/notifications/{id}/dismiss": PostEmpty<InObject>;
  "/{customerId}/v1/notifications/dismiss-all": PostEmpty<InCustomer>;
  "/{customerId}/v1/systemlog/records": Get<
    InCustomer & {
      query?: {
        from?: string;
        to?: string;
        q?: string;
        eventType?: string;
        outcome?: "success" | "failed";
        actor?: string;
        target?: string;
        limit?: number;
        cursor?: string;
      };
    },
    c.Page<c.LogRecord>
  >;
  "/{customerId}/v1/systemlog/event-types": Get<InCustomer, c.Page<c.EventType>>;
  "/{customerId}/v1/locations": List<c.Location> & Post<InCustomer, c.LocationInput, c.Location>;
  "/{customerId}/v1/locations/{id}": Get<InObject, c.Location> & Patch<InObject, c.LocationInput, c.Location> & Delete<InObject>;
  "/{customerId}/v1/locations/{id}/connectors": Get<InObject & Listing, c.Page<c.Connector>>;
  "/{customerId}/v1/locations/{id}/parameter-file": Post<InObject, c.ParameterFileRequest, c.ParameterFile>;
  "/{customerId}/v1/connectors/{id}": Get<InObject, c.Connector> & Delete<InObject>;
  "/{customerId}/v1/administrators": List<c.Administrator>;
  "/{customerId}/v1/administrators/{id}": Delete<InObject>;
  "/{customerId}/v1/administrators/invitations": Post<InCustomer, c.InvitationInput, c.Administrator>;
  "/{customerId}/v1/administrators/invitations/{id}/resend": PostEmpty<InObject>;
  "/{customerId}/v1/access-requests": List<c.AccessRequest>;
  "/{customerId}/v1/access-requests/{id}": Delete<InObject>;
  "/{customerId}/v1/service-principals": List<c.ServicePrincipal> &
    Post<InCustomer, c.ServicePrincipalInput, c.ServicePrincipalCreated>;
  "/{customerId}/v1/service-principals/{id}": Get<InObject, c.ServicePrincipal> & Delete<InObject>;
  "/{customerId}/v1/service-principals/{id}/approve": { post: Bodyless<InObject, Answer<c.ServicePrincipal>> };
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
  "/{customerId}/v1/identity-providers/frontend-kinds": Get<InCustomer, c.Page<c.FrontendKind>>;
  "/{customerId}/v1/directory/domains": List<c.Domain>;
  "/{customerId}/v1/directory/domains/{id}/state": Put<InObject, c.DomainState, Answer<c.Domain>>;
  "/{customerId}/v1/directory/domains/{id}/primary-location": Put<InObject, c.PrimaryLocationInput, Answer<c.Domain>> &
    Delete<InObject & { query: { acknowledge: boolean } }>;
  "/{customerId}/v1/directory/detect": { post: Bodyless<InCustomer, Answer<c.Detection>> };
  "/{customerId}/v1/directory/search": Get<
    InCustomer & { query: { q: string; domain?: string; kind?: string; limit?: number; cursor?: string } },
    c.DirectoryFound
  >;
  "/{customerId}/v1/connector-software": Get<InCustomer, c.Page<c.ConnectorBuild>>;
  "/{customerId}/v1/offerings": List<c.Offering> & Post<InCustomer, c.OfferingInput, c.Offering>;
  "/{customerId}/v1/offerings/{id}": Get<InObject, c.Offering> &
    Patch<InObject & IfMatch, c.OfferingInput, c.Offering> &
    Delete<InObject>;
  "/{customerId}/v1/offerings/{id}/assignments": Get<InObject & Listing, c.Page<c.Assignment>> &
    Post<InObject, c.AssignmentInput, c.Assignment>;
  "/{customerId}/v1/offerings/{id}/assignments/{assignmentId}": Delete<{ path: { customerId: string; id: string; assignmentId: string } }>;
  "/{customerId}/v1/workspace/configuration": Get<InCustomer, c.WorkspaceConfiguration> & {
    put: Operation<InCustomer & IfMatch, c.WorkspaceConfigurationInput, Answer<c.WorkspaceConfiguration>>;
  };
  "/{customerId}/v1/workspace/sign-in": Get<InCustomer, c.WorkspaceSignIn> & Put<InCustomer & IfMatch, c.WorkspaceSignIn, Answer<c.WorkspaceSignIn>>;
  "/{customerId}/v1/workspace/appearance": Get<InCustomer, c.WorkspaceAppearance> &
    Put<InCustomer & IfMatch, c.WorkspaceAppearanceInput, Answer<c.WorkspaceAppearance>>;
  "/{customerId}/v1/signin-traces": Get<
    InCustomer & {
      query?: { from?: string; to?: string; transactionId?: string; outcome?: "succeeded" | "refused"; limit?: number; cursor?: string };
    },
    c.Page<c.TraceSummary>
  >;
  "/{customerId}/v1/signin-traces/{id}": Get<InObject, c.Trace>;
}
