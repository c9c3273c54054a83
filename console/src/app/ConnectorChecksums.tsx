import { Content, ExpandableSection } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useCustomer } from "../api/customer";
import { connectorSoftwareQuery } from "../api/queries";
import { t } from "../i18n";
import { Copy } from "../ui/Copy";
import { platformLabel, sizeLabel } from "./software";

/** What a downloaded connector program can be compared with. */
export function ConnectorChecksums() {
  const software = useQuery(connectorSoftwareQuery(useCustomer().id));
  const builds = software.data?.items ?? [];
  if (builds.length === 0) return null;
  return (
    <ExpandableSection toggleText={t("software.files")}>
      {builds.map((build) => (
        <div key={build.platform} className="cw-values">
          <Content component="p">
            {build.fileName} · {platformLabel(build.platform)} · {sizeLabel(build)}
          </Content>
          <Copy label={t("software.sha", { file: build.fileName })} value={build.sha256} />
        </div>
      ))}
    </ExpandableSection>
  );
}
