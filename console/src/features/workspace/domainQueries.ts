import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, done } from "../../api/client";
import type { CertificateFile } from "../../api/contract/saml";
import { useCustomer } from "../../api/customer";
import type { CustomDomainCertificate, CustomDomainInput, CustomSamlInput } from "../../api/contract/customDomain";
import { customDomainQuery, customSamlQuery } from "../../api/federationQueries";
import { proven } from "../../api/proof";
import { useWorkspace } from "./queries";

/** How often a host is looked at while it is being set up. */
const provisioningPollMillis = 5_000;

/** The workspace's own host; null = there is none, which the workspace says, so that nothing absent is asked for. */
export function useCustomDomain() {
  const workspace = useWorkspace();
  const host = workspace.data?.value.customHost;
  const domain = useQuery({
    ...customDomainQuery(useCustomer().id),
    enabled: host !== undefined && host !== "",
    refetchInterval: (query) => (query.state.data?.value.state === "provisioning" ? provisioningPollMillis : false),
  });
  return {
    data: host === "" ? null : domain.data,
    error: workspace.error ?? domain.error,
    refetch: () => (workspace.error ? workspace.refetch() : domain.refetch()),
  };
}

export function useCustomSaml() {
  return useQuery(customSamlQuery(useCustomer().id));
}

/** What the identity provider has to know about us at the workspace's own host. */
export function useCustomServiceProvider() {
  const customerId = useCustomer().id;
  return useQuery({
    queryKey: [customerId, "workspace", "custom-service-provider"],
    queryFn: ({ signal }) => body(api.GET("/{customerId}/v1/workspace/custom-domain/saml/service-provider", { params: { path: { customerId } }, signal })),
  });
}

/** Begins a sign-in at each address of the workspace and of administrators; nobody is signed in. */
export function useSignInChecks() {
  const customerId = useCustomer().id;
  return useMutation({
    mutationFn: () => body(api.POST("/{customerId}/v1/workspace/custom-domain/check", { params: { path: { customerId } } })),
  });
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
      mutationFn: (input: CustomDomainInput) => body(api.PUT("/{customerId}/v1/workspace/custom-domain", { params, body: input })),
      onSettled,
    }),
    /** The private key is in the request only, which is dropped with the form. */
    upload: useMutation({
      mutationFn: (input: CustomDomainCertificate) =>
        done(api.PUT("/{customerId}/v1/workspace/custom-domain/certificate", { params: { path, header }, body: input })),
      gcTime: 0,
      onSettled,
    }),
    remove: useMutation({
      mutationFn: () => done(api.DELETE("/{customerId}/v1/workspace/custom-domain", { params: { path, header } })),
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
      mutationFn: (input: CustomSamlInput) => proven(() => body(api.PUT("/{customerId}/v1/workspace/custom-domain/saml", { params, body: input }))),
      onSettled,
    }),
    /** Reads and checks one certificate file; stores nothing. */
    read: useMutation({
      mutationFn: (file: CertificateFile) =>
        body(api.POST("/{customerId}/v1/workspace/custom-domain/saml/certificates", { params: { path }, body: file })),
    }),
    remove: useMutation({
      mutationFn: () => done(api.DELETE("/{customerId}/v1/workspace/custom-domain/saml", { params: { path, header: { "If-Match": etag } } })),
      onSettled,
    }),
  };
}
