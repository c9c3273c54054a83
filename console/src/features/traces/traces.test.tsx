import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { expect, it } from "vitest";
import type { Trace } from "../../api/contract";
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
    id: "trace_1", transactionId: "txn_1", time: "2026-01-01T00:00:00Z", outcome: "refused", purpose: "workspace", connectionId: "idp_1",
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
  fireEvent.change(screen.getByLabelText("To"), { target: { value: "2026-01-31" } });
  await userEvent.click(screen.getByRole("button", { name: "Find" }));
  await waitFor(() => expect(seen.at(-1)?.query).toContain("person=noor"));
  const query = new URLSearchParams(seen.at(-1)?.query);
  expect(Object.fromEntries(query)).toMatchObject({ address: "192.0.2.1", connectionId: "idp_1", outcome: "refused", to: new Date(2026, 1, 1).toISOString() });
  expect(query.has("transactionId")).toBe(false);
  await expectAccessible(container);
});

it("shows masked values only when they are asked for, and says that this is recorded", async () => {
  const trace: Trace = {
    id: "trace_1", transactionId: "txn_1", time: "2026-01-01T00:00:00Z", outcome: "succeeded", purpose: "workspace", connectionId: "idp_1",
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
