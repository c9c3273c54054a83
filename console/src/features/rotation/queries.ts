import { useMutation, useQuery } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { useCustomer } from "../../api/customer";
import { rotationQuery } from "../../api/federationQueries";

/** How often fetches and tests are looked at while the page is open. */
const pollMillis = 15_000;

export function useRotation() {
  return useQuery({ ...rotationQuery(useCustomer().id), refetchInterval: pollMillis });
}

/** Reads the certificates of metadata; one of the two is given. */
export function useExtractor() {
  const customerId = useCustomer().id;
  return useMutation({
    mutationFn: (source: { url: string } | { xml: string }) =>
      body(api.POST("/{customerId}/v1/tools/saml-certificates", { params: { path: { customerId } }, body: source })),
  });
}
