import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Trace } from "../../api/contract";
import { me, renderAs } from "../../test/render";
import { FailedCheck } from "./components/FailedCheck";
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
