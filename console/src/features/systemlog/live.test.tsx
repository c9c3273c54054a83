import { act, screen, within } from "@testing-library/react";
import { useQueryClient } from "@tanstack/react-query";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { LogRecord } from "../../api/contract/systemlog";
import { me, renderAs } from "../../test/render";
import { serve } from "../../test/server";
import { isPossible, readFilter, toQuery } from "./filter";
import SystemLogPage from "./pages/SystemLogPage";
import { hasGap, merged } from "./queries";

const record = (seq: number): LogRecord => ({
  recordId: `rec_${seq}`, seq, utcTimestamp: "2026-01-01T00:00:00Z", customerId: "alpine4k7q", eventType: "platform/x", outcome: "success", reason: "",
  eventMessage: `Event ${seq}`, targetId: "", targetDisplayName: "", targetEmail: "", targetUserId: "", targetType: "", beforeChanges: null, afterChanges: null,
  agentId: "platform", actorId: "a", actorDisplayName: "Dana", actorType: "administrator", actorAddress: "192.0.2.1", transactionId: "txn_1",
});
const page = (...seqs: number[]) => ({ items: seqs.map(record), cursor: "" });

describe("while the log is open", () => {
  /** Opens the page with one record; `happen` makes others and tells the page, as the live stream does. */
  function open(path: string) {
    let answer = page(1);
    const seen = serve({ "GET /alpine4k7q/v1/systemlog/records": () => ({ body: answer }) });
    let tell: () => Promise<void> = async () => undefined;
    function Stream() {
      const queries = useQueryClient();
      tell = () => queries.invalidateQueries({ queryKey: ["alpine4k7q", "systemlog"] });
      return null;
    }
    renderAs(
      <>
        <Stream />
        <SystemLogPage />
      </>,
      me,
      path,
    );
    return {
      seen,
      happen: async (...seqs: number[]) => {
        answer = page(...seqs);
        await act(() => tell());
      },
    };
  }
  const events = async () => (await screen.findAllByText(/^Event \d+$/)).map((cell) => cell.textContent);

  it("new records appear above the others, whose rows stay the same", async () => {
    const { happen } = open("/system-log");
    const row = (await screen.findByText("Event 1")).closest("tbody");
    await happen(3, 2, 1);
    await screen.findByText("Event 3");
    expect(await events()).toEqual(["Event 3", "Event 2", "Event 1"]);
    expect(screen.getByText("Event 1").closest("tbody")).toBe(row);
  });

  it("a paused log says how many have come, and shows them when asked", async () => {
    const { happen } = open("/system-log?live=off");
    await screen.findByText("Event 1");
    await happen(3, 2, 1);
    expect(await events()).toEqual(["Event 1"]);
    await userEvent.click(await screen.findByRole("button", { name: "2 new records" }));
    expect(await events()).toEqual(["Event 3", "Event 2", "Event 1"]);
    await happen(4, 3, 2, 1);
    expect(await screen.findByRole("button", { name: "1 new record" })).toBeTruthy();
    await userEvent.click(screen.getByRole("switch", { name: "Live" }));
    expect((await events())[0]).toBe("Event 4");
  });

  it("a period that is over is not followed", async () => {
    const { happen, seen } = open("/system-log?to=2026-01-01");
    await screen.findByText("Event 1");
    const before = seen.length;
    await happen(2, 1);
    expect(seen.length).toBe(before);
    expect(screen.getByRole<HTMLInputElement>("switch", { name: "Live" }).disabled).toBe(true);
  });
});

// Spec: OPS-130
it("opens the details beside the table, with both sides of a change, and Escape closes them", async () => {
  const changed = { ...record(1), beforeChanges: { accessType: "Full" }, afterChanges: { accessType: "Custom" } };
  serve({ "GET /alpine4k7q/v1/systemlog/records": { body: { items: [changed], cursor: "" } } });
  renderAs(<SystemLogPage />, me, "/system-log");
  await userEvent.click(await screen.findByRole("button", { name: "Details" }));
  const panel = screen.getByRole("complementary", { name: "Event 1" });
  const cells = within(within(panel).getByRole("grid", { name: "Changes" })).getAllByRole("cell").map((cell) => cell.textContent?.trim());
  expect(cells).toEqual([expect.stringContaining("accessType"), "Full", "Custom"]);
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("complementary")).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Details" }));
});

// Spec: OPS-133
it("exports what is shown: the same period and filters", async () => {
  serve({ "GET /alpine4k7q/v1/systemlog/records": { body: page(1) } });
  renderAs(<SystemLogPage />, me, "/system-log?period=60&outcome=failed&q=alpine&columns=time,transaction");
  await screen.findByText("txn_1");
  expect(screen.queryByText("Event 1"), "columns are chosen").toBeNull();
  const link = new URL(screen.getByRole("link", { name: "Export to CSV" }).getAttribute("href") ?? "", "https://console.example");
  expect(link.pathname).toBe("/api/alpine4k7q/v1/systemlog/export");
  expect(link.searchParams.get("outcome")).toBe("failed");
  expect(link.searchParams.get("q")).toBe("alpine");
  expect(Math.round((Date.now() - Date.parse(link.searchParams.get("from") ?? "")) / 86_400_000)).toBe(60);
});

describe("the filter of the address", () => {
  const now = Date.parse("2026-03-31T12:00:00Z");
  const read = (query: string) => readFilter(new URLSearchParams(query));

  // Spec: OPS-125, OPS-131
  it("is 30 days, and never asks for more than 90", () => {
    expect(toQuery(read(""), now)).toEqual({ from: "2026-03-01T12:00:00.000Z" });
    expect(toQuery(read("period=7"), now).from).toBe("2026-03-01T12:00:00.000Z");
    expect(toQuery(read("from=2025-01-01"), now).from).toBe("2025-12-31T12:00:00.000Z");
  });

  it("takes days, the last one included", () => {
    expect(toQuery(read("from=2026-03-02&to=2026-03-03"), now)).toEqual({ from: "2026-03-02T00:00:00.000Z", to: "2026-03-04T00:00:00.000Z" });
    expect(read("from=yesterday&outcome=perhaps")).toMatchObject({ from: "", outcome: "" });
    expect(isPossible(read("from=2026-03-03&to=2026-03-02"), now)).toBe(false);
    expect(isPossible(read("from=2025-11-01"), now)).toBe(false);
    expect(isPossible(read("to=2026-03-31"), now)).toBe(true);
  });
});

it("joins what is new with what was read, each record once, and notices what lies between", () => {
  const read = { pages: [page(3, 2), page(1)], pageParams: ["", "c"] };
  expect(merged([5, 4, 3].map(record), read).map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
  expect(merged([], read).map(({ seq }) => seq)).toEqual([3, 2, 1]);
  expect(hasGap({ ...page(9, 8), cursor: "more" }, read)).toBe(true);
  expect(hasGap({ ...page(4, 3), cursor: "more" }, read)).toBe(false);
  expect(hasGap(page(9, 8), read), "all of the records are on the page").toBe(false);
});
