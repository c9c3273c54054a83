import type { Account, AccountChange, Inactivity } from "./contract/account";
import type { AccessRequest, Administrator, DirectoryAdministratorInput, IdentityOption, IdentityOptions, InvitationInput } from "./contract/administrators";
import type { AdfsFiles, Connection, ConnectionSummary, IdentityProvider, Preset } from "./contract/connections";
import type { CustomDomain, CustomDomainInput, CustomServiceProvider, SignInCheck } from "./contract/customDomain";
import type { Detection, DirectoryFound, Domain, DomainState, Forest, PrimaryLocationInput } from "./contract/directory";
import type { ConnectionDraft, DraftTest, FrontendKind, MetadataProposal, TestStarted } from "./contract/drafts";
import type { EntraDirectory, EntraDirectoryInput } from "./contract/entra";
import type { Assignment, AssignmentInput, Offering, OfferingInput } from "./contract/library";
import type { Connector, ConnectorBuild, Location, LocationInput, ParameterFile } from "./contract/locations";
import type { Notification, NotificationCount } from "./contract/notifications";
import type { ServicePrincipal, ServicePrincipalCreated, ServicePrincipalInput } from "./contract/principals";
import type { BackupCodes, Code, MySettings, NewAuthenticator, NewPassword, NewPhone } from "./contract/profile";
import type { Rotation } from "./contract/rotation";
import type { ExtractedCertificate, IdpCertificate, SamlSettings, ServiceProvider } from "./contract/saml";
import type { CustomerRef, Me, Pins, SignOutAnswer } from "./contract/session";
import type { EventType, LogRecord } from "./contract/systemlog";
import type { ConnectionTest, SelfTest } from "./contract/tests";
import type { Trace } from "./contract/traces";
import type { WorkspaceAppearance, WorkspaceAppearanceInput, WorkspaceConfiguration, WorkspaceSignIn } from "./contract/workspace";
import type { paths as Ours } from "./paths";
import type { components, paths as Theirs } from "./schema";

/**
 * Holds what the pages expect (contract/, paths.ts) against the description that is generated from the server. Nothing of it runs:
 * a name, a type or a path that the server does not have is an error of the compiler, in the line that names it.
 */
type Schemas = components["schemas"];

/** A type with every field present and nothing null, since the description says neither. */
type Whole<T> = T extends readonly (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [K in keyof T]-?: Whole<NonNullable<T[K]>> }
    : T;

/** true when each field of `Expected` is in `Served` with a type that it fits; the server may serve more. */
type Agrees<Expected, Served> = Whole<Expected> extends Pick<Whole<Served>, keyof Whole<Served> & keyof Expected>
  ? Exclude<keyof Expected, keyof Served> extends never
    ? true
    : false
  : false;

type All<T extends readonly true[]> = T;

/** Paths with the names of their parameters left out: `{id}` here is `{locationId}` there. */
type Unnamed<P extends string> = P extends `${infer Before}{${string}}${infer After}` ? `${Before}{}${Unnamed<After>}` : P;

export type Agreement = All<
  [
    Agrees<AccessRequest, Schemas["AccessRequest"]>,
    Agrees<Account, Schemas["Account"]>,
    Agrees<AccountChange, Schemas["AccountInput"]>,
    Agrees<AdfsFiles, Schemas["ADFSFiles"]>,
    Agrees<Administrator, Schemas["Administrator"]>,
    Agrees<Assignment, Schemas["Assignment"]>,
    Agrees<AssignmentInput, Schemas["AssignmentInput"]>,
    Agrees<BackupCodes, Schemas["NewBackupCodes"]>,
    Agrees<Code, Schemas["CodeBody"]>,
    Agrees<Connection, Schemas["Connection"]>,
    Agrees<ConnectionDraft, Schemas["ConnectionDraft"]>,
    Agrees<ConnectionSummary, Schemas["ConnectionSummary"]>,
    Agrees<ConnectionTest, Schemas["ConnectionTest"]>,
    Agrees<Connector, Schemas["Connector"]>,
    Agrees<ConnectorBuild, Schemas["ConnectorBuild"]>,
    Agrees<CustomDomain, Schemas["WorkspaceDomain"]>,
    Agrees<CustomDomainInput, Schemas["WorkspaceDomainInput"]>,
    Agrees<CustomerRef, Schemas["CustomerRef"]>,
    Agrees<CustomServiceProvider, Schemas["WorkspaceDomainServiceProvider"]>,
    Agrees<Detection, Schemas["Detection"]>,
    Agrees<DirectoryAdministratorInput, Schemas["DirectoryAdministratorInput"]>,
    Agrees<DirectoryFound, Schemas["DirectoryFound"]>,
    Agrees<Domain, Schemas["Domain"]>,
    Agrees<DomainState, Schemas["DomainState"]>,
    Agrees<DraftTest, Schemas["DraftTest"]>,
    Agrees<EntraDirectory, Schemas["EntraDirectory"]>,
    Agrees<EntraDirectoryInput, Schemas["EntraDirectoryInput"]>,
    Agrees<EventType, Schemas["EventType"]>,
    Agrees<ExtractedCertificate, Schemas["ExtractedCertificate"]>,
    Agrees<Forest, Schemas["Forest"]>,
    Agrees<FrontendKind, Schemas["FrontendKind"]>,
    Agrees<IdentityOption, Schemas["IdentityOption"]>,
    Agrees<IdentityOptions, Schemas["IdentityOptions"]>,
    Agrees<IdentityProvider, Schemas["IdentityProvider"]>,
    Agrees<IdpCertificate, Schemas["IdPCertificate"]>,
    Agrees<Inactivity, Schemas["Inactivity"]>,
    Agrees<InvitationInput, Schemas["InvitationInput"]>,
    Agrees<Location, Schemas["Location"]>,
    Agrees<LocationInput, Schemas["LocationInput"]>,
    Agrees<LogRecord, Schemas["LogRecord"]>,
    Agrees<Me, Schemas["Me"]>,
    Agrees<Pick<MetadataProposal, "warnings">, Schemas["MetadataProposal"]>,
    Agrees<MySettings, Schemas["MySettings"]>,
    Agrees<NewAuthenticator, Schemas["NewAuthenticator"]>,
    Agrees<NewPassword, Schemas["PasswordBody"]>,
    Agrees<NewPhone, Schemas["PhoneBody"]>,
    Agrees<Notification, Schemas["Notification"]>,
    Agrees<NotificationCount, Schemas["NotificationState"]>,
    Agrees<Offering, Schemas["Offering"]>,
    Agrees<OfferingInput, Schemas["OfferingInput"]>,
    Agrees<ParameterFile, Schemas["ParameterFile"]>,
    Agrees<Pins, Schemas["Pins"]>,
    Agrees<Preset, Schemas["ProviderPreset"]>,
    Agrees<PrimaryLocationInput, Schemas["PrimaryLocationInput"]>,
    Agrees<Rotation, Schemas["SAMLRotation"]>,
    Agrees<SamlSettings, Schemas["SAMLSettings"]>,
    Agrees<SelfTest, Schemas["SelfTest"]>,
    Agrees<ServicePrincipal, Schemas["Principal"]>,
    Agrees<ServicePrincipalCreated, Schemas["PrincipalCreated"]>,
    Agrees<ServicePrincipalInput, Schemas["PrincipalInput"]>,
    Agrees<ServiceProvider, Schemas["ServiceProvider"]>,
    Agrees<SignInCheck, Schemas["SignInCheck"]>,
    Agrees<SignOutAnswer, Schemas["SignedOutBody"]>,
    Agrees<TestStarted, Schemas["TestStarted"]>,
    Agrees<Trace, Schemas["Trace"]>,
    Agrees<WorkspaceAppearance, Schemas["WorkspaceAppearance"]>,
    Agrees<WorkspaceAppearanceInput, Schemas["WorkspaceAppearanceInput"]>,
    Agrees<WorkspaceConfiguration, Schemas["WorkspaceConfiguration"]>,
    Agrees<WorkspaceSignIn, Schemas["WorkspaceSignIn"]>,
    Unnamed<keyof Ours & string> extends Unnamed<keyof Theirs & string> ? true : false,
  ]
>;
