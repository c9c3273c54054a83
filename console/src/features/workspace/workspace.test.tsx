import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import WorkspacePage from "./pages/WorkspacePage";

const path = "/alpine4k7q/v1/workspace/configuration";
const configuration = {
  name: "alpine",
  url: "https://alpine.workspace.example",
  authentication: { method: "none", connectionId: "" },
  choices: [
    { method: "okta", connectionId: "", label: "Okta", state: "not_connected" },
    { method: "saml", connectionId: "idp_1", label: "Alpine SSO", state: "available" },
  ],
};

// Spec: SAM-029
it("changes the method only after Confirm, and only the version that was seen", async () => {
  const seen = serve({ [`GET ${path}`]: { body: configuration, etag: '"4"' }, [`PUT ${path}`]: { body: configuration, etag: '"5"' } });
  renderAs(<WorkspacePage />, me, "/workspace/authentication");
  expect(await screen.findByText("No authentication method is chosen")).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>("radio", { name: /Okta/ }).disabled).toBe(true);

  await userEvent.click(screen.getByRole("radio", { name: /Alpine SSO/ }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(seen.some((request) => request.method === "PUT")).toBe(false);
  expect(await screen.findByText(/signed out at once/)).toBeTruthy();
  await userEvent.click(await screen.findByRole("button", { name: "Confirm" }));

  await screen.findByRole("radio", { name: /Alpine SSO/, hidden: false });
  const put = seen.find((request) => request.method === "PUT");
  expect(put?.ifMatch).toBe('"4"');
  expect(put?.body).toEqual({ authentication: { method: "saml", connectionId: "idp_1" } });
});
