/**
 * `GET /{customerId}/v1/events`: server-sent events; the ID is the System Log sequence, a comment comes every 20 s.
 * Event names are the topics; data is JSON.
 */
export interface LiveEvents {
  /** A connector, or the set of connectors of a location, is not as it was. */
  connectors: { locationId: string; connectorId: string };
  /** There are new records. */
  systemlog: { seq: number };
  /** There are notifications that were not there before. */
  notifications: Record<never, never>;
  /** The server ends the stream: ask `/v1/me` before coming back, except for "renew". */
  end: { reason: "renew" | "session_ended" | "rights_changed" };
}

/** One event of the stream. */
export type LiveEvent = { [K in keyof LiveEvents]: { topic: K; data: LiveEvents[K] } }[keyof LiveEvents];

export interface LiveHandlers {
  event: (event: LiveEvent) => void;
  /** True while the stream is down and the console asks by itself every {@link pollMillis}. */
  polling: (polling: boolean) => void;
  /** The stream has broken or did not open. A browser is not told why: the session may have ended meanwhile. */
  broken: () => void;
}

/** How often data that would be live is asked for while the stream is down. */
export const pollMillis = 10_000;

/** After this many failures in a row the console polls; the stream is still tried again. */
const failuresUntilPolling = 2;
const retryMillis = 5_000;
const topics = ["connectors", "systemlog", "notifications", "end"] as const satisfies readonly (keyof LiveEvents)[];

type Message = { event: LiveEvent } | { polling: boolean } | { broken: true };

/**
 * Follows the live events of a customer until the returned function is called. All tabs of a browser share one stream: the tab
 * that holds the lock reads it and passes everything on.
 */
export function follow(customerId: string, handlers: LiveHandlers): () => void {
  const ended = new AbortController();
  const channel = new BroadcastChannel(`causeway.live.${customerId}`);
  const deliver = (message: Message) => {
    if ("event" in message) handlers.event(message.event);
    else if ("polling" in message) handlers.polling(message.polling);
    else handlers.broken();
  };
  channel.onmessage = (message: MessageEvent<Message>) => deliver(message.data);

  navigator.locks
    .request(`causeway.live.${customerId}`, { signal: ended.signal }, () =>
      lead(customerId, ended.signal, (message) => {
        deliver(message);
        channel.postMessage(message);
      }),
    )
    .catch(() => undefined); // the wait for the lock was ended

  return () => {
    ended.abort();
    channel.close();
  };
}

/** Reads the stream, and opens it again when it breaks, until the signal. */
function lead(customerId: string, signal: AbortSignal, pass: (message: Message) => void): Promise<void> {
  if (signal.aborted) return Promise.resolve(); // between the grant of the lock and now
  return new Promise((resolve) => {
    let failures = 0;
    let source: EventSource | undefined;
    let timer: number | undefined;

    const open = () => {
      source = new EventSource(`/api/${encodeURIComponent(customerId)}/v1/events`);
      source.onopen = () => {
        failures = 0;
        pass({ polling: false });
      };
      source.onerror = () => {
        source?.close();
        failures += 1;
        pass({ broken: true });
        if (failures >= failuresUntilPolling) pass({ polling: true });
        timer = window.setTimeout(open, retryMillis);
      };
      for (const topic of topics) {
        source.addEventListener(topic, (message: MessageEvent<string>) => {
          const event = parse(topic, message.data);
          if (event) pass({ event });
        });
      }
    };

    signal.addEventListener("abort", () => {
      window.clearTimeout(timer);
      source?.close();
      resolve();
    });
    open();
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** Reads the data of an event; undefined when it is not what the topic carries. */
export function parse(topic: keyof LiveEvents, data: string): LiveEvent | undefined {
  let d: unknown;
  try {
    d = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isRecord(d)) return undefined;
  switch (topic) {
    case "connectors":
      return { topic, data: { locationId: text(d["locationId"]), connectorId: text(d["connectorId"]) } };
    case "systemlog":
      return { topic, data: { seq: typeof d["seq"] === "number" ? d["seq"] : 0 } };
    case "notifications":
      return { topic, data: {} };
    case "end": {
      const reason = d["reason"];
      if (reason !== "renew" && reason !== "session_ended" && reason !== "rights_changed") return undefined;
      return { topic, data: { reason } };
    }
  }
}
