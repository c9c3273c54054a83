import { queryOptions } from "@tanstack/react-query";
import { allOf, api, body, versioned } from "./client";

/**
 * Queries that more than one feature uses. Their keys begin with the customer and the sort of thing, which is what the live events
 * name. Lists that the product bounds (50 resource locations, some dozens of connections) are read in one request.
 */
const everything = { limit: 200 };

export function locationsQuery(customerId: string) {
  return queryOptions({
    queryKey: [customerId, "locations"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/locations", { params: { path: { customerId }, query: everything }, signal })),
  });
}

export function connectionsQuery(customerId: string) {
  return queryOptions({
    queryKey: [customerId, "connections"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/connections", { params: { path: { customerId }, query: everything }, signal })),
  });
}

/** The connectors of one resource location. */
export function connectorsQuery(customerId: string, locationId: string) {
  return queryOptions({
    queryKey: [customerId, "connectors", locationId],
    queryFn: ({ signal }) =>
      body(api.GET("/{customerId}/v1/locations/{id}/connectors", { params: { path: { customerId, id: locationId }, query: everything }, signal })),
  });
}

/** The first administrators; their page reads the rest. */
export function administratorsQuery(customerId: string) {
  return queryOptions({
    queryKey: [customerId, "administrators", "first"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/administrators", { params: { path: { customerId }, query: everything }, signal })),
  });
}

export function domainsQuery(customerId: string) {
  return queryOptions({
    queryKey: [customerId, "directory", "domains"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/directory/domains", { params: { path: { customerId }, query: everything }, signal })),
  });
}

/** All offerings of the library, whose number the product bounds. */
export function offeringsQuery(customerId: string) {
  return queryOptions({
    queryKey: [customerId, "offerings"],
    queryFn: ({ signal }) =>
      allOf((cursor) => api.GET("/{customerId}/v1/offerings", { params: { path: { customerId }, query: { ...everything, cursor } }, signal })),
  });
}

/** The programs that install a connector, by platform. */
export function connectorSoftwareQuery(customerId: string) {
  return queryOptions({
    queryKey: [customerId, "connector-software"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/connector-software", { params: { path: { customerId } }, signal })),
  });
}

export function workspaceQuery(customerId: string) {
  return queryOptions({
    queryKey: [customerId, "workspace"],
    queryFn: ({ signal }) => versioned(api.GET("/{customerId}/v1/workspace/configuration", { params: { path: { customerId } }, signal })),
  });
}

/** The newest records of the System Log. */
export function latestRecordsQuery(customerId: string, limit: number) {
  return queryOptions({
    queryKey: [customerId, "systemlog", "latest", limit],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/systemlog/records", { params: { path: { customerId }, query: { limit } }, signal })),
  });
}
