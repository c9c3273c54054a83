import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { forgetDrafts } from "../ui/useDraft";

afterEach(() => {
  cleanup();
  forgetDrafts();
});
