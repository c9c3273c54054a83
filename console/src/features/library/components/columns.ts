/** The columns of the library, in their order. */
export const columnKeys = ["name", "category", "address", "assignments"] as const;
export type OfferingColumn = (typeof columnKeys)[number];
