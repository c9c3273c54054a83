import type * as c from "./contract";
import type * as f from "./federation";
import type { paths as Ours } from "./paths";
import type { components, paths as Theirs } from "./schema";

/**
 * Holds what the pages expect (contract.ts, paths.ts) against the description that is generated from the server. Nothing of it runs:
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
    Agrees<c.AccessRequest, Schemas["AccessRequest"]>,
    Agrees<c.Account, Schemas["Account"]>,
    Agrees<c.AccountChange, Schemas["AccountInput"]>,
    Agrees<c.Administrator, Schemas["Administrator"]>,
    Agrees<c.Assignment, Schemas["Assignment"]>,
    Agrees<c.AssignmentInput, Schemas["AssignmentInput"]>,
    Agrees<c.BackupCodes, Schemas["NewBackupCodes"]>,
    Agrees<c.Code, Schemas["CodeBody"]>,
    Agrees<c.Connection, Schemas["Connection"]>,
    Agrees<c.ConnectionDraft, Schemas["ConnectionDraft"]>,
    Agrees<c.ConnectionSummary, Schemas["ConnectionSummary"]>,
    Agrees<c.Connector, Schemas["Connector"]>,
    Agrees<c.ConnectorBuild, Schemas["ConnectorBuild"]>,
    Agrees<c.CustomerRef, Schemas["CustomerRef"]>,
    Agrees<c.Detection, Schemas["Detection"]>,
    Agrees<c.DirectoryFound, Schemas["DirectoryFound"]>,
    Agrees<c.DomainState, Schemas["DomainState"]>,
    Agrees<c.Domain, Schemas["Domain"]>,
    Agrees<c.DraftTest, Schemas["DraftTest"]>,
    Agrees<c.EventType, Schemas["EventType"]>,
    Agrees<c.Forest, Schemas["Forest"]>,
    Agrees<c.FrontendKind, Schemas["FrontendKind"]>,
    Agrees<c.IdentityProvider, Schemas["IdentityProvider"]>,
    Agrees<c.IdpCertificate, Schemas["IdPCertificate"]>,
    Agrees<c.Inactivity, Schemas["Inactivity"]>,
    Agrees<c.InvitationInput, Schemas["InvitationInput"]>,
    Agrees<c.Location, Schemas["Location"]>,
    Agrees<c.LocationInput, Schemas["LocationInput"]>,
    Agrees<c.LogRecord, Schemas["LogRecord"]>,
    Agrees<c.Me, Schemas["Me"]>,
    Agrees<Pick<c.MetadataProposal, "warnings">, Schemas["MetadataProposal"]>,
    Agrees<c.MySettings, Schemas["MySettings"]>,
    Agrees<c.NewAuthenticator, Schemas["NewAuthenticator"]>,
    Agrees<c.NewPassword, Schemas["PasswordBody"]>,
    Agrees<c.NewPhone, Schemas["PhoneBody"]>,
    Agrees<c.Notification, Schemas["Notification"]>,
    Agrees<c.NotificationCount, Schemas["NotificationState"]>,
    Agrees<c.Offering, Schemas["Offering"]>,
    Agrees<c.OfferingInput, Schemas["OfferingInput"]>,
    Agrees<c.ParameterFile, Schemas["ParameterFile"]>,
    Agrees<c.Pins, Schemas["Pins"]>,
    Agrees<c.PrimaryLocationInput, Schemas["PrimaryLocationInput"]>,
    Agrees<c.SamlSettings, Schemas["SAMLSettings"]>,
    Agrees<c.ServicePrincipal, Schemas["Principal"]>,
    Agrees<c.ServicePrincipalCreated, Schemas["PrincipalCreated"]>,
    Agrees<c.ServicePrincipalInput, Schemas["PrincipalInput"]>,
    Agrees<c.ServiceProvider, Schemas["ServiceProvider"]>,
    Agrees<c.SignOutAnswer, Schemas["SignedOutBody"]>,
    Agrees<c.TestStarted, Schemas["TestStarted"]>,
    Agrees<c.Trace, Schemas["Trace"]>,
    Agrees<c.WorkspaceAppearance, Schemas["WorkspaceAppearance"]>,
    Agrees<c.WorkspaceAppearanceInput, Schemas["WorkspaceAppearanceInput"]>,
    Agrees<c.WorkspaceSignIn, Schemas["WorkspaceSignIn"]>,
    Agrees<c.WorkspaceConfiguration, Schemas["WorkspaceConfiguration"]>,
    Agrees<f.AdfsFiles, Schemas["ADFSFiles"]>,
    Agrees<f.DirectoryAdministratorInput, Schemas["DirectoryAdministratorInput"]>,
    Agrees<f.ExtractedCertificate, Schemas["ExtractedCertificate"]>,
    Agrees<f.IdentityOption, Schemas["IdentityOption"]>,
    Agrees<f.Preset, Schemas["ProviderPreset"]>,
    Agrees<f.Rotation, Schemas["SAMLRotation"]>,
    Agrees<f.SelfTest, Schemas["SelfTest"]>,
    Agrees<f.ConnectionTest, Schemas["ConnectionTest"]>,
    Agrees<f.IdentityOptions, Schemas["IdentityOptions"]>,
    Agrees<f.CustomDomain, Schemas["WorkspaceDomain"]>,
    Agrees<f.CustomDomainInput, Schemas["WorkspaceDomainInput"]>,
    Agrees<f.CustomServiceProvider, Schemas["WorkspaceDomainServiceProvider"]>,
    Agrees<f.SignInCheck, Schemas["SignInCheck"]>,
    Unnamed<keyof f.Paths & string> extends Unnamed<keyof Theirs & string> ? true : false,
    Unnamed<keyof Ours & string> extends Unnamed<keyof Theirs & string> ? true : false,
  ]
>;
