import { defineRoute } from "../../app/route";

export const homeRoute = defineRoute({ path: "/", needs: null, title: "home.title", page: () => import("./pages/HomePage") });
