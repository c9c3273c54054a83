import { PageSection } from "@patternfly/react-core";
import type { ReactNode } from "react";
import type { Permission } from "../api/contract/session";
import { useAllowed } from "../api/customer";
import { NoPermission } from "../ui/DataState";

/** Shows a page only to those who may see it. The server decides again with every request. */
export function Gate({ needs, children }: { needs: Permission | null; children: ReactNode }) {
  const allowed = useAllowed(needs);
  if (allowed) return children;
  return (
    <PageSection>
      <NoPermission />
    </PageSection>
  );
}
