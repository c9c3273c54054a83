import { vi } from "vitest";

type Answer = { status?: number; body?: unknown; etag?: string };

/** What a test sees of a request. */
export interface Seen {
  method: string;
  path: string;
  /** Without the question mark. */
  query: string;
  ifMatch: string | null;
  body: unknown;
}

/**
 * Answers the console's requests by "METHOD path" and keeps what was asked. A request that the test did not foresee fails like a
 * server that cannot be reached.
 */
export function serve(answers: Record<string, Answer | ((body: unknown) => Answer)>): Seen[] {
  const seen: Seen[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/api/, "");
    const text = await request.text();
    const sent: unknown = text === "" ? undefined : JSON.parse(text);
    seen.push({ method: request.method, path, query: url.search.slice(1), ifMatch: request.headers.get("If-Match"), body: sent });
    const found = answers[`${request.method} ${path}`];
    if (found === undefined) throw new TypeError(`${request.method} ${path} was not foreseen`);
    const { status = 200, body, etag } = typeof found === "function" ? found(sent) : found;
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { "Content-Type": status < 400 ? "application/json" : "application/problem+json", ...(etag === undefined ? {} : { ETag: etag }) },
    });
  });
  return seen;
}
