import { useEffect, useState } from "react";

/** The value as it was before the last changes, until none has come for this long. What is typed is then asked for once. */
export function useSettled<V>(value: V, millis: number): V {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), millis);
    return () => window.clearTimeout(timer);
  }, [value, millis]);
  return settled;
}
