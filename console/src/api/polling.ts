import { createContext, useContext } from "react";
import { pollMillis } from "./live";

/** True while the live stream is down. */
export const PollingContext = createContext(false);

/** The refetch interval of data that is live otherwise. */
export function useLiveInterval(): number | false {
  return useContext(PollingContext) ? pollMillis : false;
}
