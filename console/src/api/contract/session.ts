export type Permission =
  | "customer_dashboard"
  | "domains"
  | "licensing"
  | "notifications"
  | "resource_locations"
  | "secure_clients"
  | "support_tickets"
  | "system_log"
  | "workspace_configuration"
  | "workspace_oauth_clients"
  | "assistant"
  | "signin_trace"
  | "full_access";

/** `GET /v1/me`: who is signed in, at which customer, with what rights. 401 when nobody is. */
export interface Me {
  login: { id: string; name: string; email: string };
  /** Where the sign-in came from. */
  identityProvider: MeProvider;
  /** The customer of this session; null when the login administers none (the console then says so). */
  customer: CustomerRef | null;
  /** Every customer that this login may administer, sorted by name, the present one included. */
  customers: CustomerRef[];
  rights: { full: boolean; permissions: Permission[] };
  session: {
    signedInAt: string;
    /** 72 hours after the sign-in, whatever the activity. */
    expiresAt: string;
    /** After how long without activity the session ends; 0 = never (PLT-171). */
    inactivityMinutes: number;
    /** When it ends if nobody does anything; null = never. */
    inactiveAt: string | null;
  };
  /** Absolute URLs of the other sites of this installation; "" where there is none. */
  links: { api: string; connector: string; saml: string; status: string; documentation: string };
  /** Paths of the pages that this login has pinned in the navigation (PLT-022). */
  pins: string[];
  /** This login signed in by a recovery method and should look at its methods (PLT-083). */
  updateRecovery: boolean;
  /** Where "Contact support" leads; "" when the operator has set nothing (PLT-106). */
  supportUrl: string;
}

export interface MeProvider {
  /** "citrix": the built-in one. "ad": one of the customer's own, which keeps password and factors. */
  type: "citrix" | "ad";
  /** "" for the built-in one. */
  connectionId: string;
  name: string;
  /** Where the person signs in again; a query `return` names the page to come back to. */
  signInPath: string;
}

/** `PUT /v1/me/pins`: replaces the pins. */
export interface Pins {
  pages: string[];
}

export interface CustomerRef {
  id: string;
  name: string;
  orgId: string;
  region: string;
}

/** `POST /v1/me/sign-out`: ends this session, or all sessions of the login. */
export interface SignOutRequest {
  everywhere: boolean;
}

export interface SignOutAnswer {
  /** Where the browser goes next. */
  location: string;
}

/** `POST /v1/me/customer`: moves this session to another customer of the login. Answers {@link Me}. */
export interface SwitchCustomerRequest {
  customerId: string;
}
