import { defineRoute } from "../../app/route";

export const accountRoute = defineRoute({ path: "/account", needs: "full_access", title: "account.title", page: () => import("./pages/AccountPage") });

export const inactivityRoute = defineRoute({
  path: "/account/inactivity",
  needs: "full_access",
  title: "inactivity.title",
  parent: accountRoute,
  page: () => import("./pages/InactivityPage"),
});
