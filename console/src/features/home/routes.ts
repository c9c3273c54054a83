import { defineRoute } from "../../app/route";

export const homeRoute = defineRoute({ path: "/", needs: null, title: "home.title", page: () => import("./pages/HomePage") });

export const nextStepsRoute = defineRoute({ path: "/next-steps", needs: null, title: "nextsteps.title", page: () => import("./pages/NextStepsPage") });
