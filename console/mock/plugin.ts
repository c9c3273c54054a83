import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import { answer } from "./api";
import { isScene } from "./scenes";

/** The policy of the console as the edge sends it, so that a violation shows in the preview. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}

function sceneOf(request: IncomingMessage) {
  const name = /(?:^|; )scene=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
  return isScene(name) ? name : "ready";
}

function stream(response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(": open\n\n");
}

const api: Connect.NextHandleFunction = (request, response, next) => {
  if (!request.url?.startsWith("/api/")) return next();
  const url = new URL(request.url, "http://mock");
  if (url.pathname.endsWith("/events")) return stream(response);
  bodyOf(request)
    .then((body) => answer({ scene: sceneOf(request), method: request.method ?? "GET", path: url.pathname.slice(4), query: url.searchParams, body }))
    .then((reply) => {
      if (reply === "never") return;
      response.writeHead(reply.status, {
        "Content-Type": reply.status < 400 ? "application/json" : "application/problem+json",
        ETag: '"1"',
      });
      response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
    })
    .catch(next);
  return undefined;
};

/** Plays the server for work on the pages. Never part of a build. */
export function mockApi(): Plugin {
  return {
    name: "mock-api",
    configureServer: (server) => {
      server.middlewares.use(api);
    },
    configurePreviewServer: (server) => {
      server.middlewares.use((_request, response, next) => {
        response.setHeader("Content-Security-Policy", policy);
        next();
      });
      server.middlewares.use(api);
    },
  };
}
