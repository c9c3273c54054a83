/** `GET /{customerId}/v1/notifications`: the caller's own, newest first; `POST …/{id}/dismiss`, `POST …/dismiss-all`. */
export interface Notification {
  id: string;
  at: string;
  severity: "information" | "warning" | "error" | "critical";
  title: string;
  text: string;
  /** Path of the console that it is about; "" = none. */
  link: string;
  dismissed: boolean;
}

/** `GET /{customerId}/v1/notifications/count`: those not dismissed. */
export interface NotificationCount {
  count: number;
}
