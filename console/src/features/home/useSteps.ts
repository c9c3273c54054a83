import { useQuery } from "@tanstack/react-query";
import { useAllowed, useCustomer } from "../../api/customer";
import { useLiveInterval } from "../../api/polling";
import { ApiError } from "../../api/problem";
import { administratorsQuery, connectionsQuery, locationsQuery, workspaceQuery } from "../../api/queries";
import { administratorsRoute, authenticationRoute, locationsRoute, workspaceRoute } from "../../app/links";
import { type StepKey, type StepState, stepsDone } from "./steps";

export interface Steps {
  states: Record<StepKey, StepState>;
  /** Whether some of the answers are missing, or older than the last attempt to get them. */
  failed: boolean;
  /** Asks again for what failed. */
  retry: () => void;
}

/** The first steps as the server has them now, as far as the person may see them. */
export function useSteps(): Steps {
  const { id } = useCustomer();
  const mayLocations = useAllowed(locationsRoute.needs);
  const mayConnections = useAllowed(authenticationRoute.needs);
  const mayWorkspace = useAllowed(workspaceRoute.needs);
  const mayAdministrators = useAllowed(administratorsRoute.needs);
  const refetchInterval = useLiveInterval();
  const locations = useQuery({ ...locationsQuery(id), enabled: mayLocations, refetchInterval });
  const connections = useQuery({ ...connectionsQuery(id), enabled: mayConnections, refetchInterval });
  const workspace = useQuery({ ...workspaceQuery(id), enabled: mayWorkspace, refetchInterval });
  const administrators = useQuery({ ...administratorsQuery(id), enabled: mayAdministrators, refetchInterval });

  const done = stepsDone({
    locations: locations.data?.items,
    connections: connections.data?.items,
    workspace: workspace.data?.value,
    administrators: administrators.data?.items,
  });
  const failures = [locations, connections, workspace, administrators].filter(({ isError, error }) => isError && !refuses(error));
  return {
    states: {
      location: stateOf(mayLocations, done.location, locations.error),
      connectors: stateOf(mayLocations, done.connectors, locations.error),
      provider: stateOf(mayConnections, done.provider, connections.error),
      workspace: stateOf(mayWorkspace, done.workspace, workspace.error),
      administrators: stateOf(mayAdministrators, done.administrators, administrators.error),
    },
    failed: failures.length > 0,
    retry: () => failures.forEach(({ refetch }) => void refetch()),
  };
}

/** Whether the server says that the person may not see it: rights change while the console is open. */
function refuses(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}

function stateOf(allowed: boolean, done: boolean | undefined, error: unknown): StepState {
  if (!allowed || refuses(error)) return "denied";
  if (done !== undefined) return done ? "done" : "open";
  return error === null ? "loading" : "failed";
}
