import { createContext } from "react";

/** Goes back to the identity check; for a change that the server refuses because the last check was too long ago. */
export const AskAgain = createContext<() => void>(() => undefined);
