import { act, render, screen, waitFor, within } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { answer } from "../../mock/api";
import * as data from "../../mock/data";
import { App } from "./App";
import { routes } from "./navigation";

vi.mock(import("../api/live"), async (original) => ({ ...(await original()), follow: () => () => undefined }));

/** An object for each parameter of an address. */
const objects: Readonly<Record<string, string | undefined>> = {
  locationId: data.locations[0]?.id,
  connectionId: data.connection.id,
  draftId: data.draft.id,
  offeringId: data.offerings[0]?.id,
  traceId: data.traces[0]?.id,
};

/** Answers what the pages ask for as the played server does. */
async function play(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const reply = answer({ scene: "ready", method: request.method, path: url.pathname.slice("/api".length), query: url.searchParams, body: undefined });
  if (reply === "never") throw new Error(`no answer to ${request.url}`);
  return new Response(JSON.stringify(reply.body), { status: reply.status, headers: { "Content-Type": "application/json", ETag: '"1"' } });
}

/** Opens an address as the browser's own buttons do. */
function go(path: string) {
  act(() => {
    window.history.pushState(null, "", path);
    window.dispatchEvent(new PopStateEvent("popstate"));
  });
}

// Spec: PLT-023
it("every page of the route table stands in one shell: the same header, the same menu, its breadcrumbs", async () => {
  vi.stubGlobal("fetch", play);
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => undefined, removeEventListener: () => undefined }));
  Element.prototype.scrollTo = () => undefined;
  render(<App />);
  const header = await screen.findByRole("banner");
  const menu = screen.getByRole("navigation", { name: "Main" });
  await within(header).findByRole("button", { name: /^Notifications: / });
  const tools = () => within(header).getAllByRole("button").map((button) => button.getAttribute("aria-label") ?? button.textContent);
  const entries = () => within(menu).getAllByRole("link").map((link) => link.textContent);
  const [toolsAtHome, entriesAtHome] = [tools(), entries()];

  let title: HTMLElement | undefined;
  for (const { path } of routes) {
    const before = title;
    go(path.replaceAll(/:(\w+)/g, (_, name: string) => objects[name] ?? `no object for ${name}`));
    title = await waitFor(() => {
      const heading = screen.getByRole("heading", { level: 1 });
      expect(heading, path).not.toBe(before); // the page before stays until this one is loaded
      return heading;
    });
    const crumbs = within(screen.getByRole("navigation", { name: "Breadcrumbs" })).getAllByRole("listitem");
    expect(crumbs[0]?.textContent, path).toBe("Home");
    expect(screen.getByRole("main").contains(title), path).toBe(true);
    // The elements themselves: no page brings a header or a menu of its own.
    expect(screen.getByRole("banner"), path).toBe(header);
    expect(screen.getByRole("navigation", { name: "Main" }), path).toBe(menu);
    expect(tools(), path).toEqual(toolsAtHome);
    expect(entries(), path).toEqual(entriesAtHome);
  }
}, 300_000);
