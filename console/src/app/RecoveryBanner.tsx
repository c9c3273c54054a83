import { Alert, AlertActionLink, PageSection } from "@patternfly/react-core";
import { useNavigate } from "react-router";
import { t } from "../i18n";
import { ProblemAlert } from "../ui/ProblemAlert";
import { profileRoute } from "./links";
import { useKeepRecovery } from "./queries";

/** Asks a person who got in by a recovery method to look at these methods (PLT-083). */
export default function RecoveryBanner() {
  const navigate = useNavigate();
  const keep = useKeepRecovery();
  return (
    <PageSection>
      <Alert
        isInline
        variant="warning"
        title={t("recovery.banner")}
        actionLinks={
          <>
            <AlertActionLink onClick={() => void navigate(profileRoute.link())}>{t("recovery.banner.action")}</AlertActionLink>
            <AlertActionLink isDisabled={keep.isPending} onClick={() => keep.mutate()}>
              {t("recovery.banner.keep")}
            </AlertActionLink>
          </>
        }
      >
        {t("recovery.banner.body")}
      </Alert>
      <ProblemAlert error={keep.error} />
    </PageSection>
  );
}
