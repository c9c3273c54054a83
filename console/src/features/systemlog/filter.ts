import { useSearchParams } from "react-router";

export const periods = [30, 60, 90] as const;
export type Period = (typeof periods)[number];

/** What the reader asks for, as it stands in the address. Days are UTC, like the times of the log. */
export interface Filter {
  period: Period;
  /** First and last day, YYYY-MM-DD; "" = by the period. */
  from: string;
  to: string;
  /** A part of the message, or of the names of actor and target. */
  q: string;
  eventType: string;
  outcome: "" | "success" | "failed";
  actor: string;
  target: string;
}

const dayMillis = 86_400_000;
const initial: Filter = { period: 30, from: "", to: "", q: "", eventType: "", outcome: "", actor: "", target: "" };

/** Reads the period of the address; anything unknown is the default (OPS-125, OPS-132). */
export function toPeriod(text: string): Period {
  return periods.find((days) => String(days) === text) ?? initial.period;
}

const day = (text: string | null) => (text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : "");

export function readFilter(search: URLSearchParams): Filter {
  const outcome = search.get("outcome");
  return {
    period: toPeriod(search.get("period") ?? ""),
    from: day(search.get("from")),
    to: day(search.get("to")),
    q: search.get("q") ?? "",
    eventType: search.get("eventType") ?? "",
    outcome: outcome === "success" || outcome === "failed" ? outcome : "",
    actor: search.get("actor") ?? "",
    target: search.get("target") ?? "",
  };
}

/** The filter in the address, and a function that puts another one there; what is as usual is left out. */
export function useFilter(): [Filter, (filter: Filter) => void] {
  const [search, setSearch] = useSearchParams();
  const set = (filter: Filter) =>
    setSearch(
      (old) => {
        const next = new URLSearchParams(old);
        for (const key of Object.keys(initial) as (keyof Filter)[]) {
          if (filter[key] === initial[key]) next.delete(key);
          else next.set(key, String(filter[key]));
        }
        next.delete("record");
        return next;
      },
      { replace: true },
    );
  return [readFilter(search), set];
}

/** What the API is asked. */
export interface Query {
  from: string;
  to?: string;
  q?: string;
  eventType?: string;
  outcome?: "success" | "failed";
  actor?: string;
  target?: string;
}

/** The query of a filter that was viewed at `at`. It stays the same from page to page, because the cursor is bound to it. */
export function toQuery(filter: Filter, at: number): Query {
  const end = filter.to === "" ? undefined : Date.parse(filter.to) + dayMillis;
  const start = filter.from === "" ? (end ?? at) - filter.period * dayMillis : Date.parse(filter.from);
  return {
    from: new Date(Math.max(start, at - 90 * dayMillis)).toISOString(),
    ...(end === undefined ? {} : { to: new Date(end).toISOString() }),
    ...(filter.q === "" ? {} : { q: filter.q }),
    ...(filter.eventType === "" ? {} : { eventType: filter.eventType }),
    ...(filter.outcome === "" ? {} : { outcome: filter.outcome }),
    ...(filter.actor === "" ? {} : { actor: filter.actor }),
    ...(filter.target === "" ? {} : { target: filter.target }),
  };
}

/** Whether the days make a period of which something is kept. */
export function isPossible({ from, to }: Filter, at: number): boolean {
  const oldest = at - 91 * dayMillis; // a day that is partly kept can be chosen
  return (from === "" || to === "" || from <= to) && [from, to].every((each) => each === "" || Date.parse(each) >= oldest);
}

/** How many of the filters that are folded away are set. */
export function folded({ eventType, outcome, actor, target }: Filter): number {
  return [eventType, outcome, actor, target].filter((each) => each !== "").length;
}

/** No filter but the time. */
export function unfiltered(filter: Filter): Filter {
  return { ...initial, period: filter.period, from: filter.from, to: filter.to };
}
