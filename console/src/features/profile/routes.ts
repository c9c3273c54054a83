import { defineRoute } from "../../app/route";

export const profileRoute = defineRoute({ path: "/my-settings", needs: null, title: "profile.title", page: () => import("./pages/ProfilePage") });
