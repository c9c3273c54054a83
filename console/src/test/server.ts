import { vi } from "vitest";

type Answer = { status?: number; body?: unknown; etag?: string };

/** What a test sees of a request. */
export interface Seen {
  method: string;
  path: string;
  ifMatch: string | null;
  body: unknown;
}

/**
 * Answers the console's requests by "METHOD path" and keeps what was asked. A request that the test did not foresee fails like a
 * server that cannot be reached.
 */
export function serve(answers: Record<string, Answer | (() => Answer)>): Seen[] {
  const seen: Seen[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace(/^\/api/, "");
    const text = await request.text();
    seen.push({ method: request.method, path, ifMatch: request.headers.get("If-Match"), body: text === "" ? undefined : JSON.parse(text) });
    const found = answers[`${request.method} ${path}`];
    if (found === undefined) throw new TypeError(`${request.method} ${path} was not foreseen`);
    const { status = 200, body, etag } = typeof found === "function" ? found() : found;
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { "Content-Type": status < 400 ? "application/json" : "application/problem+json", ...(etag === undefined ? {} : { ETag: etag }) },
    });
  });
  return seen;
}
