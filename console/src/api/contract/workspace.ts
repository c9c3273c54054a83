import type { Inactivity } from "./account";
import type { IdentityProviderKey } from "./connections";

/** `GET /{customerId}/v1/workspace/configuration`, `PUT` {@link WorkspaceConfigurationInput} with If-Match. */
export interface WorkspaceConfiguration {
  /** The label of the host name. */
  name: string;
  url: string;
  /** The workspace's own host; "" = there is none. */
  customHost: string;
  /** Names that the workspace has given up and that nobody else can have yet, the latest first; ten at most. */
  formerNames: { name: string; restsUntil: string }[];
  authentication: WorkspaceAuthentication;
  /** What can be chosen and what cannot, in the order to show. */
  choices: WorkspaceChoice[];
}

export interface WorkspaceAuthentication {
  method: IdentityProviderKey | "none";
  /** "" for methods without connections. */
  connectionId: string;
}

export interface WorkspaceChoice {
  method: IdentityProviderKey;
  connectionId: string;
  /** Display name of the type, or the nickname of the connection. */
  label: string;
  state: "available" | "not_connected" | "unavailable";
}

/** Absent = unchanged. */
export interface WorkspaceConfigurationInput {
  authentication?: WorkspaceAuthentication;
  name?: string;
}

/** `GET|PUT /{customerId}/v1/workspace/sign-in`, with If-Match. */
export interface WorkspaceSignIn {
  /** Ask the identity provider for credentials at each sign-in; otherwise it decides. */
  alwaysPrompt: boolean;
  /** Of sessions in web browsers: 5 to 720 minutes. */
  inactivity: Inactivity;
}

/** `GET /{customerId}/v1/workspace/appearance`, `PUT` {@link WorkspaceAppearanceInput}. "" = the product's own. */
export interface WorkspaceAppearance extends WorkspaceAppearanceInput {
  /** The colours that the pages are drawn with; "" = the product's. */
  preview: AppearancePreview;
}

export interface WorkspaceAppearanceInput {
  name: string;
  /** Before somebody is signed in; a data: address. */
  signInLogo: string;
  /** After the sign-in, likewise. */
  logo: string;
  /** Of buttons and links, #rrggbb. */
  primaryColor: string;
  /** Of the head of the page; "" together with the next. */
  bannerColor: string;
  bannerTextColor: string;
}

export interface AppearancePreview {
  primary: string;
  primaryText: string;
  darkPrimary: string;
  darkPrimaryText: string;
  banner: string;
  bannerText: string;
}
