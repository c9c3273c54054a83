import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { ApiError, toProblem } from "../api/problem";
import { Breakable } from "./Breakable";
import { ConfirmDialog } from "./ConfirmDialog";
import { DataState } from "./DataState";
import { ProblemAlert } from "./ProblemAlert";
import { relativeTime, utcTime } from "./time";
import { useDraft } from "./useDraft";

const refused = (status: number) =>
  new ApiError(toProblem({ detail: "The database cannot be reached.", hint: "Try again in a moment.", transactionId: "txn_1" }, status, ""));

describe("DataState", () => {
  const show = (query: { data?: string; error?: unknown }) => {
    const refetch = vi.fn();
    render(
      <DataState query={{ data: query.data, error: query.error ?? null, refetch }} empty={{ when: (data) => data === "", show: "nothing yet" }}>
        {(data) => <p>{data}</p>}
      </DataState>,
    );
    return refetch;
  };

  it("shows that it is loading", () => {
    show({});
    expect(screen.getByRole("progressbar", { name: "Loading" })).toBeTruthy();
  });

  it("shows that there is nothing", () => {
    show({ data: "" });
    expect(screen.getByText("nothing yet")).toBeTruthy();
  });

  it("says what the server says about missing permission", () => {
    show({ error: refused(403) });
    expect(screen.getByRole("heading", { name: /no access/ })).toBeTruthy();
  });

  it("shows a failure with its transaction and lets the reader try again", async () => {
    const refetch = show({ error: refused(503) });
    expect(screen.getByText(/The database cannot be reached/)).toBeTruthy();
    expect(screen.getByText(/txn_1/)).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(refetch).toHaveBeenCalledOnce();
  });

  it("keeps what it has when a later request fails", () => {
    show({ data: "old data", error: refused(503) });
    expect(screen.getByText("old data")).toBeTruthy();
  });
});

it("a confirmation with a sentence to tick stays shut until it is ticked", async () => {
  const onConfirm = vi.fn();
  render(
    <ConfirmDialog title="Delete?" confirm="Delete it" acknowledge="I understand" busy={false} error={null} onConfirm={onConfirm} onClose={vi.fn()}>
      It is gone then.
    </ConfirmDialog>,
  );
  const confirm = screen.getByRole<HTMLButtonElement>("button", { name: "Delete it" });
  expect(confirm.disabled).toBe(true);
  await userEvent.click(screen.getByRole("checkbox", { name: "I understand" }));
  await userEvent.click(confirm);
  expect(onConfirm).toHaveBeenCalledOnce();
});

describe("ProblemAlert", () => {
  const invalid = (...fields: string[]) =>
    new ApiError(
      toProblem({ detail: "Some of the input cannot be accepted.", errors: fields.map((field) => ({ field, code: "x", detail: `Change ${field}.` })) }, 400, ""),
    );

  it("says nothing when every field shows its own error", () => {
    render(<ProblemAlert error={invalid("email", "name")} shown={["email", "name", "phone"]} />);
    expect(document.body.textContent).toBe("");
  });

  it("tells what no field shows", () => {
    render(<ProblemAlert error={invalid("email", "name")} shown={["email"]} />);
    expect(screen.getByText(/Some of the input cannot be accepted/)).toBeTruthy();
    expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual(["Change name."]);
  });

  it("tells what is about no field", () => {
    render(<ProblemAlert error={refused(503)} shown={["email"]} />);
    expect(screen.getByText(/The database cannot be reached/)).toBeTruthy();
  });

  it("stays on a form whose fields may be out of sight", () => {
    render(<ProblemAlert error={invalid("email")} shown={["email"]} far />);
    expect(screen.getByText(/Some of the input cannot be accepted/)).toBeTruthy();
    expect(screen.queryByRole("listitem")).toBeNull();
  });
});

// Spec: OPS-126
it.each([
  ["2021-02-20T02:47:35Z", "Feb 20, 2021 02:47:35 UTC"],
  ["2026-01-01T00:00:00Z", "Jan 01, 2026 00:00:00 UTC"],
  ["2025-12-31T23:59:59.9+01:00", "Dec 31, 2025 22:59:59 UTC"],
])("prints %s as the System Log does", (at, text) => {
  expect(utcTime(at)).toBe(text);
});

it.each([
  [-2, "now"],
  [0, "now"],
  [5, "5 seconds ago"],
  [59, "59 seconds ago"],
  [60, "1 minute ago"],
  [3_600 * 5, "5 hours ago"],
  [86_400 * 3, "3 days ago"],
])("says how long ago %d seconds are", (seconds, text) => {
  const now = Date.parse("2026-01-10T00:00:00Z");
  expect(relativeTime(new Date(now - seconds * 1_000).toISOString(), now)).toBe(text);
});

it("what was typed survives leaving the page, until it is sent", async () => {
  function Form() {
    const [text, setText, forget] = useDraft("test.form", "");
    return (
      <>
        <input aria-label="text" value={text} onChange={(event) => setText(event.target.value)} />
        <button type="button" onClick={() => forget()}>
          send
        </button>
      </>
    );
  }
  const first = render(<Form />);
  await userEvent.type(screen.getByLabelText("text"), "half a sentence");
  first.unmount();
  const second = render(<Form />);
  expect(screen.getByLabelText<HTMLInputElement>("text").value).toBe("half a sentence");
  await userEvent.click(screen.getByRole("button", { name: "send" }));
  second.unmount();
  render(<Form />);
  expect(screen.getByLabelText<HTMLInputElement>("text").value).toBe("");
});

it("lets a long text break after its marks only, and leaves the text as it is", () => {
  const { container } = render(<Breakable text="noor@corp.alpine.example" />);
  expect([container.innerHTML, container.textContent]).toEqual(["noor@<wbr>corp.<wbr>alpine.<wbr>example", "noor@corp.alpine.example"]);
});
