import { PageSection } from "@patternfly/react-core";
import { useParams } from "react-router";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { ConfigureSaml } from "../components/saml/ConfigureSaml";
import { useDraftQuery } from "../draftQueries";
import { samlDraftRoute } from "../routes";

export default function SamlDraftPage() {
  const { draftId = "" } = useParams();
  const draft = useDraftQuery(draftId);
  return (
    <>
      <PageHeader route={samlDraftRoute} description={t("saml.configure.lead")} />
      <DataState query={{ ...draft, data: draft.data }}>{(data) => <ConfigureSaml key={data.id} draft={data} />}</DataState>
      {draft.data === undefined && <PageSection />}
    </>
  );
}
