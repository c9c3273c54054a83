import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { body, done } from "../../api/client";
import { useCustomer } from "../../api/customer";
import { type CustomDomainCertificate, type CustomDomainInput, type CustomSamlInput, federation } from "../../api/federation";
import { customDomainQuery, customSamlQuery } from "../../api/federationQueries";

/** How often a host is looked at while it is being set up. */
const provisioningPollMillis = 5_000;

export function useCustomDomain() {
  const customerId = useCustomer().id;
  return useQuery({
    ...customDomainQuery(customerId),
    refetchInterval: (query) => (query.state.data?.value.state === "provisioning" ? provisioningPollMillis : false),
  });
}

export function useCustomSaml() {
  return useQuery(customSamlQuery(useCustomer().id));
}

/** Everything that changes the workspace's own host. `etag` is the version that the person saw; "" = there is no host yet. */
export function useDomainActions(etag: string) {
  const customerId = useCustomer().id;
  const queries = useQueryClient();
  const path = { customerId };
  const header = { "If-Match": etag };
  const params = { path, ...(etag === "" ? {} : { header }) };
  const onSettled = () =>
    Promise.all(["workspace", "connections", "systemlog"].map((kind) => queries.invalidateQueries({ queryKey: [customerId, kind] })));
  return {
    set: useMutation({
      mutationFn: (input: CustomDomainInput) => body(federation.PUT("/{customerId}/v1/workspace/custom-domain", { params, body: input })),
      onSettled,
    }),
    /** The private key is in the request only, which is dropped with the form. */
    upload: useMutation({
      mutationFn: (input: CustomDomainCertificate) =>
        done(federation.PUT("/{customerId}/v1/workspace/custom-domain/certificate", { params: { path, header }, body: input })),
      gcTime: 0,
      onSettled,
    }),
    remove: useMutation({
      mutationFn: () => done(federation.DELETE("/{customerId}/v1/workspace/custom-domain", { params: { path, header } })),
      onSettled,
    }),
  };
}

export function useSamlActions(etag: string) {
  const customerId = useCustomer().id;
  const queries = useQueryClient();
  const path = { customerId };
  const params = { path, ...(etag === "" ? {} : { header: { "If-Match": etag } }) };
  const onSettled = () =>
    Promise.all(["workspace", "connections", "systemlog"].map((kind) => queries.invalidateQueries({ queryKey: [customerId, kind] })));
  return {
    set: useMutation({
      mutationFn: (input: CustomSamlInput) => body(federation.PUT("/{customerId}/v1/workspace/custom-domain/saml", { params, body: input })),
      onSettled,
    }),
    remove: useMutation({
      mutationFn: () => done(federation.DELETE("/{customerId}/v1/workspace/custom-domain/saml", { params: { path, header: { "If-Match": etag } } })),
      onSettled,
    }),
  };
}
