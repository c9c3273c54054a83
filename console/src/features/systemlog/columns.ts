/** The columns of the log; the first four are the documented ones and shown at first (OPS-126). */
export const columnKeys = ["time", "actor", "event", "target", "type", "outcome", "address", "transaction"] as const;
export type ColumnKey = (typeof columnKeys)[number];

export const usualColumns: readonly ColumnKey[] = columnKeys.slice(0, 4);
