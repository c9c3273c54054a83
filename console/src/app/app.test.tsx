import { screen, waitFor } from "@testing-library/react";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { me, renderAs } from "../test/render";
import { serve } from "../test/server";
import { ErrorBoundary } from "./ErrorBoundary";
import { Gate } from "./Gate";
import ReauthDialog from "./ReauthDialog";
import { defineRoute } from "./route";
import { SideNav } from "./SideNav";
import { matching } from "./usePaletteEntries";

describe("routes", () => {
  const page = async () => ({ default: () => null });
  const route = defineRoute({ path: "/locations/:locationId/connectors/:connectorId", needs: null, title: "home.title", page });
  it("builds links with everything escaped", () => {
    expect(route.link({ locationId: "a/b", connectorId: "c d" }, { q: "x&y" })).toBe("/locations/a%2Fb/connectors/c%20d?q=x%26y");
  });
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

  it("keeps the keyboard inside the question", async () => {
    serve({ "GET /v1/me": { status: 401, body: {} } });
    renderAs(<ReauthDialog me={me} onBack={vi.fn()} />);
    await userEvent.keyboard("{Escape}");
    expect(screen.getByRole("dialog")).toBeTruthy();
  });
});
