import { PageSection } from "@patternfly/react-core";
import { useState } from "react";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { EntraForm } from "../components/entra/EntraForm";
import { EntraState } from "../components/entra/EntraState";
import { useEntraDirectory } from "../entraQueries";
import { entraRoute } from "../routes";

/** The Entra ID directory: where people are found whose SAML assertion asks for their Entra ID identity (SAM-168). */
export default function EntraPage() {
  const query = useEntraDirectory();
  const [changing, setChanging] = useState(false);
  return (
    <>
      <PageHeader route={entraRoute} description={t("entra.lead")} />
      <PageSection>
        <DataState query={query}>
          {(found) =>
            found !== null && !changing ? (
              <EntraState directory={found.value} etag={found.etag} onChange={() => setChanging(true)} />
            ) : (
              <EntraForm directory={found?.value ?? null} etag={found?.etag ?? ""} onDone={() => setChanging(false)} />
            )
          }
        </DataState>
      </PageSection>
    </>
  );
}
