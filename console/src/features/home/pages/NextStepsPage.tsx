import { Card, CardBody, CardFooter, CardTitle, PageSection } from "@patternfly/react-core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useCustomer, useMe } from "../../../api/customer";
import { authenticationRoute, inviteRoute, locationsRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { PageHeader } from "../../../ui/PageHeader";
import { homeRoute, nextStepsRoute } from "../routes";

/** Where a new customer arrives: what makes the account useful (PLT-417). */
export default function NextStepsPage() {
  const { name, orgId } = useCustomer();
  const { supportUrl } = useMe();
  const support =
    supportUrl === "" ? (
      <span className="cw-none">{t("nextsteps.operator")}</span>
    ) : (
      <a href={supportUrl} target="_blank" rel="noreferrer">
        {t("nextsteps.support")}
      </a>
    );
  return (
    <>
      <PageHeader
        route={nextStepsRoute}
        description={t("nextsteps.lead", { customer: name })}
        actions={<Link to={homeRoute.link()}>{t("nextsteps.home")}</Link>}
      />
      <PageSection>
        <div className="cw-pair">
          <Step title={t("nextsteps.provider.title")} action={<Link to={authenticationRoute.link()}>{t("nextsteps.provider.action")}</Link>}>
            {t("nextsteps.provider.body")}
          </Step>
          <Step title={t("nextsteps.administrators.title")} action={<Link to={inviteRoute.link()}>{t("nextsteps.administrators.action")}</Link>}>
            {t("nextsteps.administrators.body")}
          </Step>
          <Step title={t("nextsteps.location.title")} action={<Link to={locationsRoute.link()}>{t("nextsteps.location.action")}</Link>}>
            {t("nextsteps.location.body")}
          </Step>
          <Step title={t("nextsteps.trials.title")} action={support}>
            {t("nextsteps.trials.body")}
          </Step>
          <Step title={t("nextsteps.licences.title")} action={support}>
            {t("nextsteps.licences.body", { orgId })}
          </Step>
        </div>
      </PageSection>
    </>
  );
}

function Step({ title, action, children }: { title: string; action: ReactNode; children: ReactNode }) {
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>{children}</CardBody>
      <CardFooter>{action}</CardFooter>
    </Card>
  );
}
