import { Card, CardBody, CardTitle, Content, ProgressStep, ProgressStepper } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useAllowed, useCustomer } from "../../../api/customer";
import { useLiveInterval } from "../../../api/polling";
import { administratorsQuery, connectionsQuery, locationsQuery, workspaceQuery } from "../../../api/queries";
import { administratorsRoute, authenticationRoute, locationsRoute, workspaceRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { nextStep, type StepKey, stepKeys, stepsDone } from "../steps";

const pageOf: Record<StepKey, string> = {
  location: locationsRoute.link(),
  connectors: locationsRoute.link(),
  provider: authenticationRoute.link(),
  workspace: workspaceRoute.link(),
  administrators: administratorsRoute.link(),
};

/** What is left to do until people can sign in, as the server has it now. */
export function FirstSteps() {
  const { id } = useCustomer();
  const mayLocations = useAllowed(locationsRoute.needs);
  const mayConnections = useAllowed(authenticationRoute.needs);
  const mayWorkspace = useAllowed(workspaceRoute.needs);
  const mayAdministrators = useAllowed(administratorsRoute.needs);
  const allowed: Record<StepKey, boolean> = {
    location: mayLocations,
    connectors: mayLocations,
    provider: mayConnections,
    workspace: mayWorkspace,
    administrators: mayAdministrators,
  };
  const refetchInterval = useLiveInterval();
  const locations = useQuery({ ...locationsQuery(id), enabled: mayLocations, refetchInterval });
  const connections = useQuery({ ...connectionsQuery(id), enabled: mayConnections, refetchInterval });
  const workspace = useQuery({ ...workspaceQuery(id), enabled: mayWorkspace, refetchInterval });
  const administrators = useQuery({ ...administratorsQuery(id), enabled: mayAdministrators, refetchInterval });

  const done = stepsDone({
    locations: locations.data?.items,
    connections: connections.data?.items,
    workspace: workspace.data?.value,
    administrators: administrators.data?.items,
  });
  const next = nextStep(done);
  const failed = locations.isError || connections.isError || workspace.isError || administrators.isError;
  const ready = stepKeys.filter((key) => done[key]).length;

  return (
    <Card>
      <CardTitle component="h2">{t("steps.title")}</CardTitle>
      <CardBody>
        <Content component="p" role="status">
          {ready === stepKeys.length ? t("steps.all") : t("steps.progress", { done: ready, total: stepKeys.length })}
        </Content>
        {failed && <Content component="p">{t("steps.unknown")}</Content>}
        <ProgressStepper isVertical aria-label={t("steps.title")}>
          {stepKeys.map((key) => (
            <ProgressStep
              key={key}
              id={`step-${key}`}
              titleId={`step-${key}-title`}
              variant={done[key] ? "success" : key === next ? "info" : "pending"}
              isCurrent={key === next}
              aria-label={done[key] ? t("steps.done") : t("steps.open")}
              description={
                <>
                  <Content component="p">{t(`steps.${key}.body`)}</Content>
                  {allowed[key] ? (
                    <Link to={pageOf[key]}>{done[key] ? t("steps.look") : t(`steps.${key}.action`)}</Link>
                  ) : (
                    <span className="cw-none">{t("steps.denied")}</span>
                  )}
                </>
              }
            >
              {t(`steps.${key}.title`)}
            </ProgressStep>
          ))}
        </ProgressStepper>
      </CardBody>
    </Card>
  );
}
