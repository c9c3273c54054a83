import type { Account, AccountChange, Inactivity } from "./contract/account";
import type { AccessRequest, Administrator, DirectoryAdministratorInput, IdentityOptions, InvitationInput } from "./contract/administrators";
import type { Page, Problem } from "./contract/answer";
import type { AdfsFiles, Connection, ConnectionChange, IdentityProvider, Preset, SlotFile } from "./contract/connections";
import type { CustomDomain, CustomDomainCertificate, CustomDomainInput, CustomSaml, CustomSamlInput, CustomServiceProvider, SignInCheck } from "./contract/customDomain";
import type { Detection, DirectoryFound, Domain, DomainState, Forest, PrimaryLocationInput } from "./contract/directory";
import type { ConnectionDraft, ConnectionDraftChange, ConnectionDraftInput, FrontendKind, MetadataProposal, MetadataRequest, TestStarted } from "./contract/drafts";
import type { EntraDirectory, EntraDirectoryInput } from "./contract/entra";
import type { Assignment, AssignmentInput, Offering, OfferingInput } from "./contract/library";
import type { Connector, ConnectorBuild, Location, LocationInput, ParameterFile, ParameterFileRequest } from "./contract/locations";
import type { Notification, NotificationCount } from "./contract/notifications";
import type { ServicePrincipal, ServicePrincipalCreated, ServicePrincipalInput } from "./contract/principals";
import type { BackupCodes, Code, IdentityCheck, MySettings, NewAddress, NewAuthenticator, NewPassword, NewPhone } from "./contract/profile";
import type { Rotation } from "./contract/rotation";
import type { CertificateFile, ExtractedCertificate, IdpCertificate } from "./contract/saml";
import type { Me, Pins, SignOutAnswer, SignOutRequest, SwitchCustomerRequest } from "./contract/session";
import type { EventType, LogRecord } from "./contract/systemlog";
import type { ConnectionTest, SelfTest } from "./contract/tests";
import type { Trace, TraceQuery, TraceSummary } from "./contract/traces";
import type { WorkspaceAppearance, WorkspaceAppearanceInput, WorkspaceConfiguration, WorkspaceConfigurationInput, WorkspaceSignIn } from "./contract/workspace";

interface Failure {
  headers: { [name: string]: unknown };
  content: { "application/problem+json": Problem };
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
interface InSlot {
  path: { customerId: string; id: string; slot: number };
}
interface InProposal {
  path: { customerId: string; id: string; proposalId: string };
}
interface Listing {
  path: { customerId: string };
  query?: { limit?: number; cursor?: string };
}
interface IfMatch {
  header: { "If-Match": string };
}

type Get<P, T> = { get: Bodyless<P, Answer<T>> };
type List<T> = Get<Listing, Page<T>>;
type Post<P, B, T> = { post: Operation<P, B, Answer<T>> };
type Patch<P, B, T> = { patch: Operation<P, B, Answer<T>> };
type Delete<P> = { delete: Bodyless<P, NoContent> };
type Put<P, B, T> = { put: Operation<P, B, T> };
type PostNothing<P, T> = { post: Bodyless<P, Answer<T>> };
type PostEmpty<P> = { post: Bodyless<P, NoContent> };
type Confirm = { post: Operation<Record<never, never>, Code, NoContent> };
type OfMe<B> = { post: Operation<Record<never, never>, B, NoContent> };

/** The operations of the API by path, in the shape that openapi-fetch takes. */
export interface paths {
  "/v1/me": Get<Record<never, never>, Me>;
  "/v1/me/sign-out": Post<Record<never, never>, SignOutRequest, SignOutAnswer>;
  "/v1/me/customer": Post<Record<never, never>, SwitchCustomerRequest, Me>;
  "/v1/me/pins": Put<Record<never, never>, Pins, Answer<Pins>>;
  "/v1/me/update-recovery/dismiss": PostEmpty<Record<never, never>>;
  "/v1/me/settings": Get<Record<never, never>, MySettings>;
  "/v1/me/identity-check": OfMe<IdentityCheck>;
  "/v1/me/identity-check/email": PostEmpty<Record<never, never>>;
  "/v1/me/authenticator": PostNothing<Record<never, never>, NewAuthenticator>;
  "/v1/me/authenticator/confirm": Confirm;
  "/v1/me/recovery-email": OfMe<NewAddress>;
  "/v1/me/recovery-email/confirm": Confirm;
  "/v1/me/backup-codes": PostNothing<Record<never, never>, BackupCodes>;
  "/v1/me/backup-codes/confirm": PostEmpty<Record<never, never>>;
  "/v1/me/recovery-phone": Put<Record<never, never>, NewPhone, NoContent>;
  "/v1/me/email": OfMe<NewAddress>;
  "/v1/me/email/confirm": Confirm;
  "/v1/me/password": Put<Record<never, never>, NewPassword, NoContent>;
  "/{customerId}/v1/account": Get<InCustomer, Account> & Patch<InCustomer & IfMatch, AccountChange, Account>;
  "/{customerId}/v1/account/inactivity": Get<InCustomer, Inactivity> & Put<InCustomer & IfMatch, Inactivity, Answer<Inactivity>>;
  "/{customerId}/v1/notifications": List<Notification>;
  "/{customerId}/v1/notifications/count": Get<InCustomer, NotificationCount>;
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
    Page<LogRecord>
  >;
  "/{customerId}/v1/systemlog/event-types": Get<InCustomer, Page<EventType>>;
  "/{customerId}/v1/locations": List<Location> & Post<InCustomer, LocationInput, Location>;
  "/{customerId}/v1/locations/{id}": Get<InObject, Location> & Patch<InObject, LocationInput, Location> & Delete<InObject>;
  "/{customerId}/v1/locations/{id}/connectors": Get<InObject & Listing, Page<Connector>>;
  "/{customerId}/v1/locations/{id}/parameter-file": Post<InObject, ParameterFileRequest, ParameterFile>;
  "/{customerId}/v1/connectors/{id}": Get<InObject, Connector> & Delete<InObject>;
  "/{customerId}/v1/administrators": List<Administrator>;
  "/{customerId}/v1/administrators/{id}": Delete<InObject>;
  "/{customerId}/v1/administrators/invitations": Post<InCustomer, InvitationInput, Administrator>;
  "/{customerId}/v1/administrators/invitations/{id}/resend": PostEmpty<InObject>;
  "/{customerId}/v1/administrators/identity-options": Get<InCustomer, IdentityOptions>;
  "/{customerId}/v1/administrators/directory": { post: Operation<InCustomer, DirectoryAdministratorInput, Answer<Administrator>> };
  "/{customerId}/v1/access-requests": List<AccessRequest>;
  "/{customerId}/v1/access-requests/{id}": Delete<InObject>;
  "/{customerId}/v1/service-principals": List<ServicePrincipal> &
    Post<InCustomer, ServicePrincipalInput, ServicePrincipalCreated>;
  "/{customerId}/v1/service-principals/{id}": Get<InObject, ServicePrincipal> & Delete<InObject>;
  "/{customerId}/v1/service-principals/{id}/approve": PostNothing<InObject, ServicePrincipal>;
  "/{customerId}/v1/identity-providers": List<IdentityProvider>;
  "/{customerId}/v1/connections": List<Connection>;
  "/{customerId}/v1/connections/{id}": Get<InObject, Connection> &
    Patch<InObject & IfMatch, ConnectionChange, Connection> &
    Delete<InObject>;
  "/{customerId}/v1/connections/{id}/clone": Post<InObject, { signInUrlId: string; nickname: string }, ConnectionDraft>;
  "/{customerId}/v1/connections/{id}/certificates/{slot}": Put<InSlot & IfMatch, SlotFile, Answer<Connection>> & {
    delete: Bodyless<InSlot & IfMatch, Answer<Connection>>;
  };
  "/{customerId}/v1/connections/{id}/metadata-source": Put<InObject & IfMatch, { url: string; refresh: boolean }, Answer<Connection>>;
  "/{customerId}/v1/connections/{id}/metadata-source/refresh": PostEmpty<InObject>;
  "/{customerId}/v1/connections/{id}/key-proposals/{proposalId}/accept": PostEmpty<InProposal>;
  "/{customerId}/v1/connections/{id}/key-proposals/{proposalId}/reject": PostEmpty<InProposal>;
  "/{customerId}/v1/connections/{id}/key-proposals/{proposalId}/offer": PostEmpty<InProposal>;
  "/{customerId}/v1/connections/{id}/test": PostNothing<InObject, TestStarted>;
  "/{customerId}/v1/connections/{id}/adfs": Get<InObject & { query: { application: "primary" | "custom_domain" } }, AdfsFiles>;
  "/{customerId}/v1/connections/{id}/next-key-test": PostNothing<InObject, { url: string }>;
  "/{customerId}/v1/connection-drafts": List<ConnectionDraft> & Post<InCustomer, ConnectionDraftInput, ConnectionDraft>;
  "/{customerId}/v1/connection-drafts/{id}": Get<InObject, ConnectionDraft> &
    Patch<InObject, ConnectionDraftChange, ConnectionDraft> &
    Delete<InObject>;
  "/{customerId}/v1/connection-drafts/{id}/metadata": Post<InObject, MetadataRequest, MetadataProposal>;
  "/{customerId}/v1/connection-drafts/{id}/certificates": Post<InObject, CertificateFile, IdpCertificate>;
  "/{customerId}/v1/connection-drafts/{id}/test": PostNothing<InObject, TestStarted>;
  "/{customerId}/v1/connection-drafts/{id}/finish": PostNothing<InObject, Connection>;
  "/{customerId}/v1/directory/forests": List<Forest>;
  "/{customerId}/v1/identity-providers/frontend-kinds": Get<InCustomer, Page<FrontendKind>>;
  "/{customerId}/v1/identity-providers/presets": Get<InCustomer, Page<Preset>>;
  "/{customerId}/v1/identity-providers/entra": Get<InCustomer, EntraDirectory> &
    Put<InCustomer & Partial<IfMatch>, EntraDirectoryInput, Answer<EntraDirectory>> & { delete: Bodyless<InCustomer & IfMatch, NoContent> };
  "/{customerId}/v1/identity-providers/entra/check": PostNothing<InCustomer, EntraDirectory>;
  "/{customerId}/v1/directory/domains": List<Domain>;
  "/{customerId}/v1/directory/domains/{id}/state": Put<InObject, DomainState, Answer<Domain>>;
  "/{customerId}/v1/directory/domains/{id}/primary-location": Put<InObject, PrimaryLocationInput, Answer<Domain>> &
    Delete<InObject & { query: { acknowledge: boolean } }>;
  "/{customerId}/v1/directory/detect": PostNothing<InCustomer, Detection>;
  "/{customerId}/v1/directory/search": Get<
    InCustomer & { query: { q: string; domain?: string; kind?: string; limit?: number; cursor?: string } },
    DirectoryFound
  >;
  "/{customerId}/v1/connector-software": Get<InCustomer, Page<ConnectorBuild>>;
  "/{customerId}/v1/offerings": List<Offering> & Post<InCustomer, OfferingInput, Offering>;
  "/{customerId}/v1/offerings/{id}": Get<InObject, Offering> &
    Patch<InObject & IfMatch, OfferingInput, Offering> &
    Delete<InObject>;
  "/{customerId}/v1/offerings/{id}/assignments": Get<InObject & Listing, Page<Assignment>> &
    Post<InObject, AssignmentInput, Assignment>;
  "/{customerId}/v1/offerings/{id}/assignments/{assignmentId}": Delete<{ path: { customerId: string; id: string; assignmentId: string } }>;
  "/{customerId}/v1/workspace/configuration": Get<InCustomer, WorkspaceConfiguration> & {
    put: Operation<InCustomer & IfMatch, WorkspaceConfigurationInput, Answer<WorkspaceConfiguration>>;
  };
  "/{customerId}/v1/workspace/sign-in": Get<InCustomer, WorkspaceSignIn> & Put<InCustomer & IfMatch, WorkspaceSignIn, Answer<WorkspaceSignIn>>;
  "/{customerId}/v1/workspace/appearance": Get<InCustomer, WorkspaceAppearance> &
    Put<InCustomer & IfMatch, WorkspaceAppearanceInput, Answer<WorkspaceAppearance>>;
  "/{customerId}/v1/workspace/custom-domain": Get<InCustomer, CustomDomain> &
    Put<InCustomer & Partial<IfMatch>, CustomDomainInput, Answer<CustomDomain>> & { delete: Bodyless<InCustomer & IfMatch, NoContent> };
  "/{customerId}/v1/workspace/custom-domain/certificate": Put<InCustomer & IfMatch, CustomDomainCertificate, Answer<CustomDomain>>;
  "/{customerId}/v1/workspace/custom-domain/saml": Get<InCustomer, CustomSaml> &
    Put<InCustomer & Partial<IfMatch>, CustomSamlInput, Answer<CustomSaml>> & { delete: Bodyless<InCustomer & IfMatch, NoContent> };
  "/{customerId}/v1/workspace/custom-domain/saml/service-provider": Get<InCustomer, CustomServiceProvider>;
  "/{customerId}/v1/workspace/custom-domain/saml/certificates": Post<InCustomer, CertificateFile, IdpCertificate>;
  "/{customerId}/v1/workspace/custom-domain/check": PostNothing<InCustomer, { items: SignInCheck[] }>;
  "/{customerId}/v1/signin-traces": Get<InCustomer & { query?: TraceQuery }, Page<TraceSummary>>;
  "/{customerId}/v1/signin-traces/{id}": Get<InObject & { query?: { values?: boolean } }, Trace>;
  "/{customerId}/v1/connection-tests/{id}": Get<InObject, ConnectionTest>;
  "/{customerId}/v1/sign-in-urls/{id}": Get<InObject, { available: boolean }>;
  "/{customerId}/v1/saml-rotation": Get<InCustomer, Rotation>;
  "/{customerId}/v1/tools/saml-certificates": Post<InCustomer, { url?: string; xml?: string }, { items: ExtractedCertificate[] }>;
  "/{customerId}/v1/tools/saml-self-test": PostNothing<InCustomer, SelfTest>;
}
