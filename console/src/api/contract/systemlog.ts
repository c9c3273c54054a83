/** `GET /{customerId}/v1/systemlog/event-types`: the event catalogue. */
export interface EventType {
  name: string;
  eventType: string;
  label: string;
}

/**
 * `GET /{customerId}/v1/systemlog/records?from=&to=&limit=&cursor=`: newest first, the last 30 days by default. `…/export` streams the
 * same as CSV.
 */
export interface LogRecord {
  recordId: string;
  /** Position in the log of this customer. */
  seq: number;
  utcTimestamp: string;
  customerId: string;
  eventType: string;
  outcome: "success" | "failed";
  /** Code of the failure; "" on success. */
  reason: string;
  eventMessage: string;
  targetId: string;
  targetDisplayName: string;
  targetEmail: string;
  targetUserId: string;
  targetType: string;
  beforeChanges: Record<string, string> | null;
  afterChanges: Record<string, string> | null;
  agentId: string;
  actorId: string;
  actorDisplayName: string;
  actorType: string;
  /** Address that the request came from; "" for the platform itself. */
  actorAddress: string;
  transactionId: string;
}
