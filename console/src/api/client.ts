import createClient from "openapi-fetch";
import { t } from "../i18n";
import { inBackground } from "./activity";
import type { Page } from "./contract/answer";
import type { paths } from "./paths";
import { ApiError, toProblem, unreachable } from "./problem";
import { sessionEnded } from "./session";

/** Marks what the console asks by itself, which does not keep the session alive. */
const backgroundHeader = "X-Background";

/** How requests are sent. `fetch` is looked up per call, because openapi-fetch would otherwise keep the one of its creation. */
export const clientOptions = {
  baseUrl: `${window.location.origin}/api`,
  fetch: (request: Request) => {
    if (inBackground()) request.headers.set(backgroundHeader, "1");
    return globalThis.fetch(request);
  },
};

/** The typed client. */
export const api = createClient<paths>(clientOptions);

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

async function settle<T>(call: Promise<Result<T>>): Promise<Result<T>> {
  let result: Result<T>;
  try {
    result = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw unreachable(t("error.unreachable"));
  }
  if (result.response.ok) return result;
  if (result.response.status === 401) sessionEnded();
  throw new ApiError(toProblem(result.error, result.response.status, t("error.unexpected")));
}

/** Returns the body of a successful answer; throws {@link ApiError} otherwise. */
export async function body<T>(call: Promise<Result<T>>): Promise<T> {
  const { data, response } = await settle(call);
  if (data === undefined) throw new ApiError(toProblem(undefined, response.status, t("error.unexpected")));
  return data;
}

/** Reads a list to its end; for lists that the product bounds. */
export async function allOf<T>(read: (cursor: string) => Promise<Result<Page<T>>>): Promise<T[]> {
  const items: T[] = [];
  let cursor = "";
  do {
    const page = await body(read(cursor));
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== "");
  return items;
}

/** Waits for an answer without a body. */
export async function done(call: Promise<Result<unknown>>): Promise<void> {
  await settle(call);
}

/** An object with the version that a change must name. */
export interface Versioned<T> {
  value: T;
  etag: string;
}

/** Like {@link body}, with the ETag that `If-Match` takes. */
export async function versioned<T>(call: Promise<Result<T>>): Promise<Versioned<T>> {
  const { data, response } = await settle(call);
  if (data === undefined) throw new ApiError(toProblem(undefined, response.status, t("error.unexpected")));
  return { value: data, etag: response.headers.get("ETag") ?? "" };
}
