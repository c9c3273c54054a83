import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { LogRecord } from "../../api/contract/systemlog";
import { me, renderAs } from "../../test/render";
import SystemLogPage from "./pages/SystemLogPage";
import { changesOf, partyText } from "./party";

const record = (n: number): LogRecord => ({
  recordId: `rec_${n}`,
  seq: n,
  utcTimestamp: "2021-02-20T02:47:35Z",
  customerId: "alpine4k7q",
  eventType: "platform/administrator/update",
  outcome: "success",
  reason: "",
  eventMessage: `Administrator access type updated, from 'Full' to 'Custom' (${n})`,
  targetId: "adm_2",
  targetDisplayName: "x@y",
  targetEmail: "",
  targetUserId: "",
  targetType: "administrator",
  beforeChanges: { accessType: "Full" },
  afterChanges: { accessType: "Custom", permissions: "system_log" },
  agentId: "platform",
  actorId: "system",
  actorDisplayName: "CwcSystem",
  actorType: "system",
  actorAddress: "",
  transactionId: "txn_1",
});

/** Answers pages of one record each and keeps the queries. */
function serveLog(): URLSearchParams[] {
  const asked: URLSearchParams[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const query = new URL(request.url).searchParams;
    asked.push(query);
    const n = Number(query.get("cursor") ?? "1");
    return Response.json({ items: [record(n)], cursor: n < 3 ? String(n + 1) : "" });
  });
  return asked;
}

// Spec: OPS-126, OPS-127, OPS-129, OPS-130
it("shows the four columns, and every field in an opened row", async () => {
  serveLog();
  renderAs(<SystemLogPage />, me, "/system-log");
  const table = await screen.findByRole("grid", { name: "System Log" });
  const names = within(table)
    .getAllByRole("columnheader")
    .map((header) => header.textContent);
  expect(names.slice(-4)).toEqual(["Date & Time", "Actor", "Event", "Target"]);
  expect(within(table).getByText("Feb 20, 2021 02:47:35 UTC")).toBeTruthy();
  expect(within(table).getByText("CwcSystem - system")).toBeTruthy();
  expect(within(table).getByText("x@y - administrator")).toBeTruthy();

  await userEvent.click(within(table).getByRole("button", { name: "Details" }));
  for (const field of [
    "RecordID", "UtcTimestamp", "CustomerID", "EventType", "TargetID", "TargetDisplayName", "TargetEmail", "TargetUserID", "TargetType",
    "AgentID", "ActorID", "ActorDisplayName", "ActorType", "EventMessage",
  ]) {
    expect(screen.getByText(field), field).toBeTruthy();
  }
  expect(screen.getByRole("columnheader", { name: "BeforeChanges" })).toBeTruthy();
});

it("looks further when a page without records has a next one", async () => {
  const asked: (string | null)[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const cursor = new URL(request.url).searchParams.get("cursor");
    asked.push(cursor);
    const next = { a: "b", b: "" }[cursor ?? ""] ?? "a";
    return Response.json({ items: next === "" ? [record(7)] : [], cursor: next });
  });
  renderAs(<SystemLogPage />, me, "/system-log?q=rare");
  const table = await screen.findByRole("grid", { name: "System Log" });
  expect(within(table).getByText("Feb 20, 2021 02:47:35 UTC")).toBeTruthy();
  expect(asked).toEqual([null, "a", "b"]);
});

// Spec: OPS-125, OPS-131, OPS-132
it("asks for 30 days, for others after View, and pages by cursor with the same start", async () => {
  const asked = serveLog();
  renderAs(<SystemLogPage />, me, "/system-log");
  await userEvent.click(await screen.findByRole("button", { name: "Show more" }));
  await screen.findByText(/\(2\)/);
  expect(asked.map((q) => q.get("cursor"))).toEqual([null, "2"]);
  expect(asked[1]?.get("from")).toBe(asked[0]?.get("from"));
  expect(daysBack(asked[0])).toBe(30);

  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Time period" }), "Last 90 days");
  expect(asked.length, "nothing is asked before View").toBe(2);
  await userEvent.click(screen.getByRole("button", { name: "View" }));
  await screen.findByText(/\(1\)/);
  expect(daysBack(asked.at(-1))).toBe(90);
});

function daysBack(query: URLSearchParams | undefined): number {
  return Math.round((Date.now() - Date.parse(query?.get("from") ?? "")) / 86_400_000);
}

it("lines changes up by property", () => {
  expect(changesOf({ b: "1" }, { a: "2", b: "3" })).toEqual([
    { property: "a", before: undefined, after: "2" },
    { property: "b", before: "1", after: "3" },
  ]);
  expect(changesOf(null, null)).toEqual([]);
  expect(partyText("", "system")).toBe("system");
});
