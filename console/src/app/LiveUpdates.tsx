import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useCustomer } from "../api/customer";
import { follow, type LiveEvent } from "../api/live";
import { PollingContext } from "../api/polling";
import { onSessionEnd } from "../api/session";

/** The first part of the query keys (after the customer) that an event makes stale. */
function staleKeys(event: LiveEvent): string[] {
  switch (event.topic) {
    case "connectors":
      return ["locations", "connectors", "directory"];
    case "systemlog": // every change has its record
      return ["systemlog", "notifications", "connections", "workspace", "offerings", "directory", "administrators", "access-requests", "account"];
    case "notifications":
      return ["notifications"];
    case "end":
      return [];
  }
}

/** Keeps what the pages show in step with the server, for as long as the shell is open. */
export function LiveUpdates({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const { id } = useCustomer();
  const [polling, setPolling] = useState(false);
  const [ended, setEnded] = useState(false);
  useEffect(() => onSessionEnd(setEnded), []);

  useEffect(() => {
    if (ended) return; // nobody would be told anything
    const askWhoItIs = () => void queries.invalidateQueries({ queryKey: ["me"] });
    return follow(id, {
      polling: setPolling,
      broken: askWhoItIs,
      event: (event) => {
        for (const key of staleKeys(event)) void queries.invalidateQueries({ queryKey: [id, key] });
        if (event.topic === "end" && event.data.reason !== "renew") askWhoItIs();
      },
    });
  }, [id, queries, ended]);

  return <PollingContext value={polling}>{children}</PollingContext>;
}
