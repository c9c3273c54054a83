import { describe, expect, it, vi } from "vitest";
import { serve } from "../test/server";
import { me } from "../test/render";
import type { Me, Permission } from "./contract/session";
import { api, body, done, versioned } from "./client";
import { allows } from "./customer";
import { parse } from "./live";
import { ApiError } from "./problem";
import { onSessionEnd, signInUrl } from "./session";

async function failure(call: Promise<unknown>): Promise<ApiError> {
  return call.then(
    () => expect.unreachable("the request should have failed"),
    (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return error;
    },
  );
}

describe("client", () => {
  it("returns the body, and the version with it", async () => {
    serve({ "GET /v1/me": { body: me, etag: '"7"' } });
    expect(await body(api.GET("/v1/me"))).toEqual(me);
    expect((await versioned(api.GET("/v1/me"))).etag).toBe('"7"');
  });

  // Spec: PLT-171
  it("says of what nobody has caused that it is no activity", async () => {
    const marks: (string | null)[] = [];
    vi.stubGlobal("fetch", async (request: Request) => {
      marks.push(request.headers.get("X-Background"));
      return Response.json(me);
    });
    vi.useFakeTimers();
    window.dispatchEvent(new KeyboardEvent("keydown"));
    await body(api.GET("/v1/me"));
    vi.advanceTimersByTime(6_000);
    await body(api.GET("/v1/me"));
    vi.useRealTimers();
    expect(marks).toEqual([null, "1"]);
  });

  it("takes an answer without a body", async () => {
    serve({ "DELETE /cust/v1/connectors/conn_1": { status: 204 } });
    await done(api.DELETE("/{customerId}/v1/connectors/{id}", { params: { path: { customerId: "cust", id: "conn_1" } } }));
  });

  it("keeps everything that a problem says, field by field", async () => {
    const errors = [{ field: "name", code: "name_not_unique", detail: "Choose another name." }];
    serve({ "POST /cust/v1/locations": { status: 400, body: { detail: "No.", code: "invalid_input", transactionId: "txn_1", errors } } });
    const error = await failure(body(api.POST("/{customerId}/v1/locations", { params: { path: { customerId: "cust" } }, body: { name: "x" } })));
    expect(error.status).toBe(400);
    expect(error.field("name")).toBe("Choose another name.");
    expect(error.field("other")).toBeUndefined();
    expect(error.problem.transactionId).toBe("txn_1");
  });

  it.each([undefined, "a page of a proxy", { errors: "none" }])("makes a problem of any refusal: %j", async (answer) => {
    serve({ "GET /v1/me": { status: 502, body: answer } });
    const error = await failure(body(api.GET("/v1/me")));
    expect(error.status).toBe(502);
    expect(error.problem.detail).not.toBe("");
  });

  it("tells a server that cannot be reached from one that refuses", async () => {
    serve({});
    const error = await failure(body(api.GET("/v1/me")));
    expect(error.status).toBe(0);
    expect(error.problem.code).toBe("unreachable");
  });

  it("announces the end of the session on a 401, and only then", async () => {
    const ended = vi.fn();
    const stop = onSessionEnd(ended);
    serve({ "GET /v1/me": { status: 403, body: {} } });
    await failure(body(api.GET("/v1/me")));
    expect(ended).not.toHaveBeenCalled();
    serve({ "GET /v1/me": { status: 401, body: {} } });
    await failure(body(api.GET("/v1/me")));
    expect(ended).toHaveBeenCalledOnce();
    stop();
  });
});

it("comes back from the sign-in to the same page with its filters", () => {
  expect(signInUrl("/system-log?period=60&x=1")).toBe("/signin?return=%2Fsystem-log%3Fperiod%3D60%26x%3D1");
});

describe("permissions", () => {
  const custom = { ...me, rights: { full: false, permissions: ["system_log" as const] } };
  it.each([
    [me, "full_access", true],
    [custom, "system_log", true],
    [custom, "resource_locations", false],
    [custom, null, true],
    [{ ...custom, rights: { full: false, permissions: ["full_access" as const] } }, "full_access", false],
  ] satisfies [Me, Permission | null, boolean][])("case %#", (person, permission, allowed) => {
    expect(allows(person, permission)).toBe(allowed);
  });
});

describe("live events", () => {
  it("reads what a topic carries", () => {
    expect(parse("connectors", '{"locationId":"loc_1","connectorId":"conn_1"}')).toEqual({
      topic: "connectors",
      data: { locationId: "loc_1", connectorId: "conn_1" },
    });
    expect(parse("end", '{"reason":"session_ended"}')).toEqual({ topic: "end", data: { reason: "session_ended" } });
  });
  it.each(["", "null", "[", '{"reason":"because"}'])("ignores what it does not understand: %s", (data) => {
    expect(parse("end", data)).toBeUndefined();
  });
});
