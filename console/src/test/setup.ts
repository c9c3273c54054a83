import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { forgetDrafts } from "../ui/useDraft";

configure({ asyncUtilTimeout: 30_000 }); // a loaded machine takes more than the usual second

afterEach(() => {
  cleanup();
  forgetDrafts();
});
