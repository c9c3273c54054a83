import { defineRoute } from "../../app/route";

export const workspaceRoute = defineRoute({
  path: "/workspace/authentication",
  needs: "workspace_configuration",
  title: "workspace.title",
  page: () => import("./pages/WorkspacePage"),
});
