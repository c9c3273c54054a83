import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { expect, it } from "vitest";
import type { Trace } from "../../api/contract/traces";
import { expectAccessible } from "../../test/axe";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import { FailedCheck } from "./components/FailedCheck";
import TracePage from "./pages/TracePage";
import TracesPage from "./pages/TracesPage";
import { indentXml } from "../../ui/xml";

it.each([
  ["<a><b>text</b><c/></a>", "<a>\n  <b>text</b>\n  <c/>\n</a>"],
  ["<a>\n   <b></b> </a>", "<a>\n  <b></b>\n</a>"],
  ["<?xml version='1.0'?><a> kept </a>", "<?xml version='1.0'?>\n<a> kept </a>"],
  ["", ""],
  ["</a></a>", "</a>\n</a>"],
])("indents %j for reading", (xml, lines) => {
  expect(indentXml(xml)).toBe(lines);
});

it("says what failed, what was expected, and which setting to change", () => {
  const trace: Trace = {
    id: "trace_1", kind: "signin", transactionId: "txn_1", time: "2026-01-01T00:00:00Z", outcome: "refused", purpose: "workspace", connectionId: "idp_1",
    connectionName: "Alpine SSO", person: "", clientAddress: "192.0.2.1", code: "issuer", summary: "", steps: [], messages: [], failedCheck: null,
  };
  renderAs(
    <FailedCheck
      trace={trace}
      check={{ code: "issuer", title: "Another issuer", detail: "d", hint: "h", expected: "https://a", received: "https://b", setting: "idpEntityId" }}
    />,
    me,
  );
  expect(screen.getByText("Identity Provider Entity ID")).toBeTruthy();
  expect(screen.getByText("https://b")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Open Alpine SSO" }).getAttribute("href")).toBe("/identity/connections/idp_1");
});

it("asks for what the fields say, days as a whole, and keeps it in the address", async () => {
  const seen = serve({
    "GET /alpine4k7q/v1/signin-traces": { body: { items: [], cursor: "" } },
    "GET /alpine4k7q/v1/connections": { body: { items: [{ id: "idp_1", nickname: "Alpine SSO" }], cursor: "" } },
  });
  const { container } = renderAs(<TracesPage />, me, "/signin-traces?outcome=refused");
  await userEvent.type(await screen.findByRole("textbox", { name: "Person" }), " noor ");
  await userEvent.type(screen.getByRole("textbox", { name: "Client address" }), "192.0.2.1");
  await screen.findByRole("option", { name: "Alpine SSO" });
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Connection" }), "Alpine SSO");
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "What" }), "Sign-out");
  fireEvent.change(screen.getByLabelText("To"), { target: { value: "2026-01-31" } });
  await userEvent.click(screen.getByRole("button", { name: "Find" }));
  await waitFor(() => expect(seen.at(-1)?.query).toContain("person=noor"));
  const query = new URLSearchParams(seen.at(-1)?.query);
  expect(Object.fromEntries(query)).toMatchObject({ address: "192.0.2.1", connectionId: "idp_1", kind: "signout", outcome: "refused", to: new Date(2026, 1, 1).toISOString() });
  expect(query.has("transactionId")).toBe(false);
  await expectAccessible(container);
});

it("shows masked values only when they are asked for, and says that this is recorded", async () => {
  const trace: Trace = {
    id: "trace_1", kind: "signin", transactionId: "txn_1", time: "2026-01-01T00:00:00Z", outcome: "succeeded", purpose: "workspace", connectionId: "idp_1",
    connectionName: "Alpine SSO", person: "n•••", clientAddress: "192.0.2.1", code: "", summary: "", steps: [], messages: [], failedCheck: null,
  };
  const seen = serve({ "GET /alpine4k7q/v1/signin-traces/trace_1": () => ({ body: { ...trace, person: seen.at(-1)?.query === "values=true" ? "noor" : "n•••" } }) });
  renderAs(
    <Routes>
      <Route path="/signin-traces/:traceId" element={<TracePage />} />
    </Routes>,
    me,
    "/signin-traces/trace_1",
  );
  expect(await screen.findByRole("heading", { name: /Sign-in of n•••/ })).toBeTruthy();
  expect(screen.getByText(/recorded in the System Log/)).toBeTruthy();
  await userEvent.click(screen.getByRole("switch", { name: "Show values" }));
  expect(await screen.findByRole("heading", { name: /Sign-in of noor/ })).toBeTruthy();
});

it("says which is a sign-out, and shows what was sent beside what came", async () => {
  const common = { time: "2026-01-01T00:00:00Z", connectionId: "idp_1", connectionName: "Alpine SSO", person: "noor", clientAddress: "192.0.2.1", code: "", summary: "" } as const;
  const out = { ...common, id: "trace_2", kind: "signout", transactionId: "txn_2", outcome: "succeeded", purpose: "provider" } as const;
  const trace: Trace = {
    ...out, steps: [], failedCheck: null,
    messages: [
      { kind: "logout_request", direction: "received", binding: "post", time: common.time, xml: "<a/>" },
      { kind: "logout_response", direction: "sent", binding: "redirect", time: common.time, xml: "<b/>" },
    ],
  };
  serve({
    "GET /alpine4k7q/v1/signin-traces": { body: { items: [out, { ...out, id: "trace_1", kind: "signin", purpose: "workspace" }], cursor: "" } },
    "GET /alpine4k7q/v1/signin-traces/trace_2": { body: trace },
    "GET /alpine4k7q/v1/connections": { body: { items: [], cursor: "" } },
  });
  const list = renderAs(<TracesPage />, me, "/signin-traces");
  expect(await screen.findByText("Signed out")).toBeTruthy();
  expect(screen.getByRole("cell", { name: "Sign-out" })).toBeTruthy();
  expect(screen.getByRole("cell", { name: "Identity provider" })).toBeTruthy();
  expect(screen.getByText("Signed in")).toBeTruthy();
  list.unmount();
  const { container } = renderAs(
    <Routes>
      <Route path="/signin-traces/:traceId" element={<TracePage />} />
    </Routes>,
    me,
    "/signin-traces/trace_2",
  );
  expect(await screen.findByRole("heading", { name: /Sign-out of noor/ })).toBeTruthy();
  expect(screen.getByRole("heading", { name: /Logout request · received/ })).toBeTruthy();
  expect(screen.getByRole("heading", { name: /Logout response · sent/ })).toBeTruthy();
  await expectAccessible(container);
});
