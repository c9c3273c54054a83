import { Card, CardBody, CardFooter, CardHeader, CardTitle, Label, PageSection } from "@patternfly/react-core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useCustomer, useMe } from "../../../api/customer";
import { administratorsRoute, authenticationRoute, inviteRoute, locationsRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { PageHeader } from "../../../ui/PageHeader";
import { StepOffer, StepsUnknown } from "../components/StepOffer";
import { homeRoute, nextStepsRoute } from "../routes";
import { useSteps } from "../useSteps";

/** Where a new customer arrives: what makes the account useful (PLT-417), as far as it is done and the person may do it. */
export default function NextStepsPage() {
  const { name, orgId } = useCustomer();
  const { supportUrl } = useMe();
  const { states, failed, retry } = useSteps();
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
        {failed && <StepsUnknown retry={retry} />}
        <div className="cw-pair">
          <Step
            title={t("nextsteps.provider.title")}
            done={states.provider === "done"}
            action={<StepOffer state={states.provider} to={authenticationRoute.link()} action={t("nextsteps.provider.action")} />}
          >
            {t("nextsteps.provider.body")}
          </Step>
          <Step
            title={t("nextsteps.administrators.title")}
            done={states.administrators === "done"}
            action={
              <StepOffer
                state={states.administrators}
                to={inviteRoute.link()}
                look={administratorsRoute.link()}
                action={t("nextsteps.administrators.action")}
              />
            }
          >
            {t("nextsteps.administrators.body")}
          </Step>
          <Step
            title={t("nextsteps.location.title")}
            done={states.connectors === "done"}
            action={
              <StepOffer
                state={states.connectors}
                to={locationsRoute.link()}
                action={states.location === "done" ? t("steps.connectors.action") : t("nextsteps.location.action")}
              />
            }
          >
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

interface StepProps {
  title: string;
  done?: boolean;
  action: ReactNode;
  children: ReactNode;
}

function Step({ title, done = false, action, children }: StepProps) {
  return (
    <Card isFullHeight>
      <CardHeader {...(done ? { actions: { actions: <Label status="success">{t("steps.state.done")}</Label>, hasNoOffset: true } } : {})}>
        <CardTitle component="h2">{title}</CardTitle>
      </CardHeader>
      <CardBody>{children}</CardBody>
      <CardFooter>{action}</CardFooter>
    </Card>
  );
}
