import { defineRoute } from "../../app/route";

export const tracesRoute = defineRoute({
  path: "/signin-traces",
  needs: "signin_trace",
  title: "traces.title",
  page: () => import("./pages/TracesPage"),
});

export const traceRoute = defineRoute({
  path: "/signin-traces/:traceId",
  needs: "signin_trace",
  title: "traces.detail.title",
  parent: tracesRoute,
  page: () => import("./pages/TracePage"),
});
