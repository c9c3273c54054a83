import type { Connector, Location } from "../../api/contract/locations";

/** How a resource location stands, from what matters most. */
export type LocationHealth = "empty" | "down" | "single" | "degraded" | "healthy";

export function healthOf({ connectorCount, connectedCount, redundant }: Location): LocationHealth {
  if (connectorCount === 0) return "empty";
  if (connectedCount === 0) return "down";
  if (!redundant) return "single";
  return connectedCount < connectorCount ? "degraded" : "healthy";
}

type Status = "success" | "warning" | "danger" | "info";

export const statusOfHealth: Record<LocationHealth, Status> = {
  empty: "info",
  down: "danger",
  single: "warning",
  degraded: "warning",
  healthy: "success",
};

export const statusOfContact: Record<Connector["contactState"], Status> = {
  connected: "success",
  disconnected: "danger",
  not_in_contact: "warning",
  error: "danger",
};
