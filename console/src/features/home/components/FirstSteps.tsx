import { Card, CardBody, CardTitle, Content, ProgressStep, ProgressStepper, Skeleton } from "@patternfly/react-core";
import { administratorsRoute, authenticationRoute, locationsRoute, workspaceRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { nextStep, type Progress, progressOf, type StepKey, stepKeys } from "../steps";
import { useSteps } from "../useSteps";
import { StepOffer, StepsUnknown } from "./StepOffer";

const pageOf: Record<StepKey, string> = {
  location: locationsRoute.link(),
  connectors: locationsRoute.link(),
  provider: authenticationRoute.link(),
  workspace: workspaceRoute.link(),
  administrators: administratorsRoute.link(),
};

/** What is left to do until people can sign in, as far as the person may see it. */
export function FirstSteps() {
  const { states, failed, retry } = useSteps();
  const next = nextStep(states);
  const progress = progressOf(states);
  return (
    <Card>
      <CardTitle component="h2">{t("steps.title")}</CardTitle>
      <CardBody>
        <div role="status" className="cw-values">
          {progress === undefined ? (
            <Skeleton width="60%" screenreaderText={t("state.loading")} />
          ) : (
            <Content component="p">{sentence(progress)}</Content>
          )}
        </div>
        {failed && <StepsUnknown retry={retry} />}
        <ProgressStepper isVertical aria-label={t("steps.title")}>
          {stepKeys.map((key) => (
            <ProgressStep
              key={key}
              id={`step-${key}`}
              titleId={`step-${key}-title`}
              variant={states[key] === "done" ? "success" : key === next ? "info" : "pending"}
              isCurrent={key === next}
              aria-label={t(`steps.state.${states[key]}`)}
              description={
                <>
                  <Content component="p">{t(`steps.${key}.body`)}</Content>
                  <StepOffer state={states[key]} to={pageOf[key]} action={t(`steps.${key}.action`)} />
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

/** The progress in words; empty when nothing is known. */
function sentence({ done, known, denied, failed }: Progress): string {
  if (denied === stepKeys.length) return t("steps.progress.none");
  if (known === 0) return "";
  if (failed > 0) return t("steps.progress.checked", { done, total: known });
  if (denied > 0) return t("steps.progress.allowed", { done, total: known });
  return done === known ? t("steps.all") : t("steps.progress", { done, total: known });
}
