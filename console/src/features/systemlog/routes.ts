import { defineRoute } from "../../app/route";

export const systemLogRoute = defineRoute({
  path: "/system-log",
  needs: "system_log",
  title: "systemlog.title",
  page: () => import("./pages/SystemLogPage"),
});
