import { localTime, relativeTime, utcTime } from "./time";
import { useNow } from "./useNow";

/** A point in time in the reader's zone, with UTC on hover. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={utcTime(at)}>
      {localTime(at)}
    </time>
  );
}

/** How long ago something happened, kept up to date; the exact times on hover. */
export function TimeAgo({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={`${localTime(at)} · ${utcTime(at)}`}>
      {relativeTime(at, now)}
    </time>
  );
}

/** A point in time in UTC, as the System Log prints it, with the reader's zone on hover. */
export function UtcTime({ at }: { at: string }) {
  return (
    <time dateTime={at} title={localTime(at)}>
      {utcTime(at)}
    </time>
  );
}
