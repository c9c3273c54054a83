import { Button, PageSection } from "@patternfly/react-core";
import { PlusIcon } from "@patternfly/react-icons";
import { useNavigate } from "react-router";
import { t } from "../../../i18n";
import { DataState, Nothing } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { OfferingList } from "../components/OfferingList";
import { useOfferings } from "../queries";
import { libraryRoute, newOfferingRoute } from "../routes";

export default function LibraryPage() {
  const offerings = useOfferings();
  const navigate = useNavigate();
  const add = (
    <Button icon={<PlusIcon />} onClick={() => void navigate(newOfferingRoute.link())}>
      {t("library.add")}
    </Button>
  );
  return (
    <>
      <PageHeader route={libraryRoute} description={t("library.lead")} actions={add} />
      <PageSection>
        <DataState
          query={offerings}
          empty={{
            when: (all) => all.length === 0,
            show: (
              <Nothing title={t("library.none.title")} actions={add}>
                {t("library.none.body")}
              </Nothing>
            ),
          }}
        >
          {(all) => <OfferingList offerings={all} />}
        </DataState>
      </PageSection>
    </>
  );
}
