import { useQuery } from "@tanstack/react-query";
import { act, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api, body } from "../api/client";
import { follow } from "../api/live";
import { sessionRenewed } from "../api/session";
import { renderAs } from "../test/render";
import { serve } from "../test/server";
import { LiveUpdates } from "./LiveUpdates";

/** Stands for the browser's stream, which says that it broke and never why. */
class Stream extends EventTarget {
  static open: Stream[] = [];
  onopen?: () => void;
  onerror?: () => void;
  closed = false;
  constructor() {
    super();
    Stream.open.push(this);
  }
  close() {
    this.closed = true;
  }
}

beforeEach(() => {
  Stream.open = [];
  vi.stubGlobal("EventSource", Stream);
  const locks = { request: (_: string, __: unknown, work: () => Promise<void>) => Promise.resolve().then(work) };
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator) as Navigator, { locks }));
});

afterEach(() => vi.unstubAllGlobals());

function Person() {
  useQuery({ queryKey: ["me"], queryFn: () => body(api.GET("/v1/me")) });
  return null;
}

it("asks who is signed in when the stream breaks, and follows nothing until the session is renewed", async () => {
  let status = 200;
  const seen = serve({ "GET /v1/me": () => ({ status, body: {} }) });
  renderAs(
    <LiveUpdates>
      <Person />
    </LiveUpdates>,
  );
  await waitFor(() => expect([seen.length, Stream.open.length]).toEqual([1, 1]));
  status = 401;
  act(() => Stream.open[0]?.onerror?.());
  await waitFor(() => expect(seen.length).toBe(2));
  expect(Stream.open[0]?.closed).toBe(true);
  expect(Stream.open.length).toBe(1);
  status = 200;
  act(sessionRenewed);
  await waitFor(() => expect(Stream.open.length).toBe(2));
});

it("opens no stream for who has left before the lock was his", async () => {
  let grant: () => void = () => undefined;
  const granted = new Promise<void>((resolve) => (grant = resolve));
  const done = vi.fn();
  const locks = { request: (_: string, __: unknown, work: () => Promise<void>) => granted.then(work).then(done) };
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator) as Navigator, { locks }));
  const leave = follow("acme", { event: vi.fn(), polling: vi.fn(), broken: vi.fn() });
  leave();
  grant();
  await waitFor(() => expect(done).toHaveBeenCalled());
  expect(Stream.open).toEqual([]);
});
