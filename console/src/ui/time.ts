const utcParts = new Intl.DateTimeFormat("en-US", {
  timeZone: "UTC",
  month: "short",
  day: "2-digit",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** Prints a time like `Feb 20, 2021 02:47:35 UTC`, the form of the System Log (OPS-126). */
export function utcTime(at: string): string {
  const part = new Map(utcParts.formatToParts(new Date(at)).map((p) => [p.type, p.value]));
  const get = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? "";
  return `${get("month")} ${get("day")}, ${get("year")} ${get("hour")}:${get("minute")}:${get("second")} UTC`;
}

const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function localTime(at: string): string {
  return local.format(new Date(at));
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/**
 * Prints how long ago a time was in the largest unit that fits: "3 minutes ago". What seems to lie ahead is "now": the clocks of
 * server and reader differ, and the reader's is looked at only now and then.
 */
export function relativeTime(at: string, now: number): string {
  const seconds = Math.min(0, Math.round((new Date(at).getTime() - now) / 1_000));
  const [unit, size] = units.find(([, s]) => Math.abs(seconds) >= s) ?? ["second", 1];
  return relative.format(Math.trunc(seconds / size), unit);
}
