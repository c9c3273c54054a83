import { defineRoute } from "../../app/route";

export const accountRoute = defineRoute({ path: "/account", needs: null, title: "account.title", page: () => import("./pages/AccountPage") });

export const inactivityRoute = defineRoute({
  path: "/account/inactivity",
  needs: null,
  title: "inactivity.title",
  parent: accountRoute,
  page: () => import("./pages/InactivityPage"),
});
