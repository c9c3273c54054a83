import { screen, waitFor, within } from "@testing-library/react";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { describe, expect, it, vi } from "vitest";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { Me } from "../api/contract/session";
import { me, renderAs } from "../test/render";
import { serve } from "../test/server";
import { PageHeader } from "../ui/PageHeader";
import CustomerList from "./CustomerList";
import { ErrorBoundary } from "./ErrorBoundary";
import { Gate } from "./Gate";
import HelpList from "./HelpList";
import { t } from "../i18n";
import { domainsRoute } from "./links";
import { routes } from "./navigation";
import { NotificationBell } from "./NotificationBell";
import PaletteDialog from "./PaletteDialog";
import { useMeQuery } from "./queries";
import ReauthDialog from "./ReauthDialog";
import RecoveryBanner from "./RecoveryBanner";
import { defineRoute } from "./route";
import { SessionWatch } from "./SessionWatch";
import { SideNav } from "./SideNav";
import { matching } from "./usePaletteEntries";

describe("routes", () => {
  const page = async () => ({ default: () => null });
  const route = defineRoute({ path: "/locations/:locationId/connectors/:connectorId", needs: null, title: "home.title", page });
  it("builds links with everything escaped", () => {
    expect(route.link({ locationId: "a/b", connectorId: "c d" }, { q: "x&y" })).toBe("/locations/a%2Fb/connectors/c%20d?q=x%26y");
  });
});

describe("the frame of the pages", () => {
  const sources = import.meta.glob<string>("../features/*/**/*.tsx", { query: "?raw", import: "default", eager: true });

  // Spec: PLT-021
  it("every page has breadcrumbs, from the home page to itself", () => {
    for (const [file, source] of Object.entries(sources)) {
      if (!file.includes("/pages/")) continue;
      const parts = [...source.matchAll(/from "\.\.\/(components\/[\w/]+)"/g)].map(([, part]) => sources[file.replace(/pages\/\w+\.tsx$/, `${part ?? ""}.tsx`)]);
      expect([source, ...parts].some((text) => text?.includes("<PageHeader")), file).toBe(true);
    }
    for (const route of routes) {
      const { unmount } = renderAs(<PageHeader route={route} name="Its name" />);
      const crumbs = within(screen.getByRole("navigation", { name: "Breadcrumbs" })).getAllByRole("listitem").map((item) => item.textContent);
      expect(crumbs[0], route.path).toBe("Home");
      if (route.path !== "/") expect(crumbs.at(-1), route.path).toBe("Its name");
      unmount();
    }
  });

  it("leads people with one permission of an area to the page that they may open", () => {
    const only = (permissions: Me["rights"]["permissions"]) => ({ ...me, rights: { full: false, permissions } });
    const { unmount } = renderAs(<SideNav />, only(["domains"]));
    expect(screen.getByRole("link", { name: t("domains.title") }).getAttribute("href")).toBe("/identity/domains");
    expect(screen.queryByRole("link", { name: t("identity.title") })).toBeNull();
    unmount();
    renderAs(<PageHeader route={domainsRoute} />, only(["domains"]));
    expect(screen.queryByRole("link", { name: t("identity.title") })).toBeNull();
    expect(screen.getByText(t("identity.title"))).toBeTruthy();
  });

  // Spec: PLT-022
  it("keeps what a person pins, and shows it first", async () => {
    const seen = serve({ "PUT /v1/me/pins": { body: { pages: ["/workspace/authentication", "/system-log"] } } });
    renderAs(<SideNav />, { ...me, pins: ["/workspace/authentication"] });
    const pinned = within(screen.getByRole("region", { name: "Pinned" }));
    expect(pinned.getAllByRole("link").map((link) => link.textContent)).toEqual(["Workspace Configuration"]);
    expect(screen.getAllByRole("link", { name: "Workspace Configuration" }).length).toBe(1);
    const pin = screen.getByRole("button", { name: "Pin System Log" });
    expect(pin.getAttribute("aria-pressed")).toBe("false");
    await userEvent.click(pin);
    await waitFor(() => expect(seen[0]?.body).toEqual({ pages: ["/workspace/authentication", "/system-log"] }));
    await userEvent.click(screen.getByRole("button", { name: "Pin Workspace Configuration" }));
    await waitFor(() => expect(seen[1]?.body).toEqual({ pages: [] }));
  });

  // Spec: PLT-106
  it("leads to support where the operator wants, for those who may", async () => {
    const toggle = { current: document.createElement("button") };
    const open = (person: Me) => renderAs(<HelpList toggle={toggle} onClose={() => undefined} />, person);
    const first = open({ ...me, supportUrl: "https://support.example/x" });
    expect((await screen.findByRole("menuitem", { name: /Contact support/ })).getAttribute("href")).toBe("https://support.example/x");
    first.unmount();
    open({ ...me, supportUrl: "" });
    await screen.findByRole("menuitem", { name: "Keyboard shortcuts" });
    expect(screen.queryByRole("menuitem", { name: /Contact support/ })).toBeNull();
  });

  // Spec: PLT-084, PLT-415, OPS-185
  it("shows OrgID and customer ID under the person's name, and leads to the settings", async () => {
    renderAs(<CustomerList toggle={{ current: document.createElement("button") }} onClose={() => undefined} />);
    expect(await screen.findByText("50012345")).toBeTruthy();
    expect(screen.getByText("alpine4k7q")).toBeTruthy();
    expect(screen.getByRole("menuitem", { name: "My settings" })).toBeTruthy();
    expect(screen.getByRole("menuitem", { name: "Account settings" })).toBeTruthy();
  });

  // Spec: PLT-083
  it("asks for an update of the recovery methods, until the person says that they are right", async () => {
    const seen = serve({ "POST /v1/me/update-recovery/dismiss": { status: 204 } });
    renderAs(<RecoveryBanner />);
    expect(screen.getByText(/to avoid future sign-in delays/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Open My settings" })).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "They are up to date" }));
    expect(seen.length).toBe(1);
  });
});

describe("notifications", () => {
  const notification = { id: "ntf_1", at: "2026-01-01T00:00:00Z", severity: "warning", title: "A copy was refused", text: "Remove it.", link: "/locations/loc_1", dismissed: false };
  const serveBell = () => {
    let items = [notification, { ...notification, id: "ntf_2", title: "Another" }];
    return serve({
      "GET /alpine4k7q/v1/notifications/count": () => ({ body: { count: items.length, newest: "" } }),
      "GET /alpine4k7q/v1/notifications": () => ({ body: { items, cursor: "" } }),
      "POST /alpine4k7q/v1/notifications/ntf_1/dismiss": () => {
        items = items.filter(({ id }) => id !== "ntf_1");
        return { status: 204 };
      },
      "POST /alpine4k7q/v1/notifications/dismiss-all": () => {
        items = [];
        return { status: 204 };
      },
    });
  };

  // Spec: OPS-095, OPS-101
  it("are counted at the bell, listed, and dismissed one by one or all", async () => {
    serveBell();
    renderAs(<NotificationBell />);
    await userEvent.click(await screen.findByRole("button", { name: "Notifications: 2 new" }));
    expect(await screen.findByText("A copy was refused")).toBeTruthy();
    expect(screen.getAllByRole("link", { name: "Show more" })[0]?.getAttribute("href")).toBe("/locations/loc_1");
    await userEvent.click(screen.getByRole("button", { name: "Dismiss: A copy was refused" }));
    expect(await screen.findByRole("button", { name: "Notifications: 1 new" })).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Dismiss All" }));
    expect(await screen.findByRole("heading", { name: "No notifications" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Notifications" })).toBeTruthy();
  });

  // Spec: OPS-118
  it("are not asked for without the permission", () => {
    const seen = serveBell();
    renderAs(<NotificationBell />, { ...me, rights: { full: false, permissions: ["system_log"] } });
    expect(screen.queryByRole("button")).toBeNull();
    expect(seen).toEqual([]);
  });
});

it("the palette finds customers, connectors and administrators, and changes the customer", async () => {
  const other = { id: "harbour9x2m", name: "Harbour", orgId: "50012346", region: "eu" };
  const empty = { body: { items: [], cursor: "" } };
  const seen = serve({
    "GET /alpine4k7q/v1/locations": { body: { items: [{ id: "loc_1", name: "Head office" }], cursor: "" } },
    "GET /alpine4k7q/v1/locations/loc_1/connectors": { body: { items: [{ id: "conn_1", locationId: "loc_1", name: "connector1.alpine.example" }], cursor: "" } },
    "GET /alpine4k7q/v1/connections": empty,
    "GET /alpine4k7q/v1/administrators": { body: { items: [{ displayName: "Robin", email: "robin@alpine.example" }], cursor: "" } },
    "POST /v1/me/customer": { body: { ...me, customer: other } },
  });
  const onClose = vi.fn();
  renderAs(<PaletteDialog onClose={onClose} />, { ...me, customers: [...me.customers, other] });
  const field = screen.getByRole("combobox");
  for (const [text, kind] of [["connector1", "Connector"], ["robin", "Administrator"], ["harbour", "Customer"]] as const) {
    await userEvent.clear(field);
    await userEvent.type(field, text);
    expect(await screen.findByRole("option", { name: new RegExp(`${text}.*${kind}`, "i") }), text).toBeTruthy();
  }
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  expect(seen.find(({ path }) => path === "/v1/me/customer")?.body).toEqual({ customerId: "harbour9x2m" });
});

// Spec: OPS-124, IAM-075
it("pages and menu entries follow the permissions", () => {
  const reader = { ...me, rights: { full: false, permissions: ["system_log" as const] } };
  renderAs(
    <>
      <SideNav />
      <Gate needs="resource_locations">sites</Gate>
      <Gate needs="system_log">log</Gate>
    </>,
    reader,
  );
  expect(screen.getAllByRole("link").map((link) => link.textContent)).toEqual(["Home", "System Log"]);
  expect(screen.queryByText("sites")).toBeNull();
  expect(screen.getByText("log")).toBeTruthy();
});

it("the palette finds by every word, in any order", () => {
  const entries = [
    { label: "Head office", kind: "Resource location", to: "/a" },
    { label: "System Log", kind: "Page", to: "/b" },
  ];
  expect(matching(entries, "location HEAD").map((e) => e.to)).toEqual(["/a"]);
  expect(matching(entries, "").length).toBe(2);
  expect(matching(entries, "head log")).toEqual([]);
});

it("a page that breaks leaves the rest, and going elsewhere ends it", () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  function Broken(): never {
    throw new Error("defect");
  }
  const { rerender } = render(
    <ErrorBoundary place="/a">
      <Broken />
    </ErrorBoundary>,
  );
  expect(screen.getByRole("heading", { name: "This page cannot be shown" })).toBeTruthy();
  rerender(
    <ErrorBoundary place="/b">
      <p>another page</p>
    </ErrorBoundary>,
  );
  expect(screen.getByText("another page")).toBeTruthy();
});

describe("a session that nobody uses", () => {
  const idle = (seconds: number): Me => ({ ...me, session: { ...me.session, inactivityMinutes: 10, inactiveAt: new Date(Date.now() + seconds * 1_000).toISOString() } });

  it("warns before the end, once the server has said that no other window was used", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const person = idle(600);
    const seen = serve({ "GET /v1/me": { body: person } });
    renderInMe(person);
    await vi.advanceTimersByTimeAsync(470_000);
    expect(screen.queryByRole("dialog")).toBeNull();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await screen.findByRole("dialog", { name: "You will be signed out soon" })).toBeTruthy();
    const asked = seen.length;
    expect(asked).toBeGreaterThan(0);
    screen.getByRole("button", { name: "Stay signed in" }).click();
    await waitFor(() => expect(seen.length).toBe(asked + 1));
    vi.useRealTimers();
  });

  it("is kept by what is typed, though nothing is asked for", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const person = idle(600);
    const seen = serve({ "GET /v1/me": { body: person } });
    renderInMe(person);
    await vi.advanceTimersByTimeAsync(30_000);
    window.dispatchEvent(new KeyboardEvent("keydown"));
    expect(seen.length, "the server has heard of this minute").toBe(0);
    await vi.advanceTimersByTimeAsync(40_000);
    window.dispatchEvent(new KeyboardEvent("keydown"));
    await waitFor(() => expect(seen.length).toBe(1));
    vi.useRealTimers();
  });

  /** With the query of the shell, which the watch makes be asked again. */
  function renderInMe(person: Me) {
    function Shell() {
      useMeQuery();
      return <SessionWatch me={person} />;
    }
    const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    queries.setQueryData(["me"], person);
    render(
      <QueryClientProvider client={queries}>
        <MemoryRouter>
          <Shell />
        </MemoryRouter>
      </QueryClientProvider>,
    );
  }
});

describe("a session that ended", () => {
  it("is renewed in another tab, and the page goes on by itself", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 200 });
    let signedIn = false;
    serve({ "GET /v1/me": () => (signedIn ? { body: me } : { status: 401, body: {} }) });
    const onBack = vi.fn();
    renderAs(<ReauthDialog me={me} onBack={onBack} />);
    const link = screen.getByRole("link", { name: "Sign in in a new tab" });
    expect(link.getAttribute("target")).toBe("_blank");
    expect(link.getAttribute("href")).toBe("/signin?return=%2Fsigned-in");
    await vi.advanceTimersByTimeAsync(4_000);
    expect(onBack).not.toHaveBeenCalled();
    signedIn = true;
    await vi.advanceTimersByTimeAsync(4_000);
    await waitFor(() => expect(onBack).toHaveBeenCalled());
    vi.useRealTimers();
  });

  it("is renewed where the person had signed in", () => {
    serve({ "GET /v1/me": { status: 401, body: {} } });
    const person = { ...me, identityProvider: { type: "ad" as const, connectionId: "idp_1", name: "Alpine", signInPath: "/go/alpine" } };
    renderAs(<ReauthDialog me={person} onBack={vi.fn()} />, person, "/identity?tab=x");
    expect(screen.getByRole("link", { name: "Sign in in a new tab" }).getAttribute("href")).toBe("/go/alpine?return=%2Fsigned-in");
    expect(screen.getByRole("link", { name: /Sign in here/ }).getAttribute("href")).toBe("/go/alpine?return=%2Fidentity%3Ftab%3Dx");
  });

  it("keeps the keyboard inside the question", async () => {
    serve({ "GET /v1/me": { status: 401, body: {} } });
    renderAs(<ReauthDialog me={me} onBack={vi.fn()} />);
    await userEvent.keyboard("{Escape}");
    expect(screen.getByRole("dialog")).toBeTruthy();
  });
});
