import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import type { Me } from "../api/contract/session";
import { MeContext } from "../api/customer";

export const customer = { id: "alpine4k7q", name: "Alpine Instruments", orgId: "50012345", region: "eu" };

export const me: Me = {
  login: { id: "login_1", name: "Dana Admin", email: "dana@alpine.example" },
  identityProvider: { type: "citrix", connectionId: "", name: "Causeway Identity", signInPath: "/signin" },
  customer,
  customers: [customer],
  rights: { full: true, permissions: [] },
  session: { signedInAt: "2026-01-01T00:00:00Z", expiresAt: "2026-01-04T00:00:00Z", inactivityMinutes: 0, inactiveAt: null },
  links: { api: "", connector: "", saml: "", status: "", documentation: "" },
  pins: [],
  updateRecovery: false,
  supportUrl: "",
};

/** Renders a part of the console for a signed-in person. */
export function renderAs(node: ReactNode, person: Me = me, path = "/") {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={queries}>
      <MeContext value={person}>
        <MemoryRouter initialEntries={[path]}>{node}</MemoryRouter>
      </MeContext>
    </QueryClientProvider>,
  );
}
