import { Content, PageSection } from "@patternfly/react-core";
import { useAllowed } from "../../../api/customer";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { InactivityForm } from "../components/InactivityForm";
import { InactivityState } from "../components/InactivityState";
import { ReadOnlyNote } from "../components/ReadOnlyNote";
import { useInactivity } from "../queries";
import { inactivityRoute } from "../routes";

export default function InactivityPage() {
  const inactivity = useInactivity();
  const mayChange = useAllowed("full_access");
  return (
    <>
      <PageHeader route={inactivityRoute} description={t("inactivity.lead")} />
      <PageSection>
        <DataState query={inactivity}>
          {({ value, etag }) =>
            mayChange ? (
              <InactivityForm inactivity={value} etag={etag} />
            ) : (
              <div className="cw-stack cw-form">
                <ReadOnlyNote />
                <Content component="p">{t("inactivity.explain")}</Content>
                <div>
                  <InactivityState inactivity={value} />
                </div>
              </div>
            )
          }
        </DataState>
      </PageSection>
    </>
  );
}
