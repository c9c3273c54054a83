import { Card, CardBody, CardTitle, ProgressStep, ProgressStepper } from "@patternfly/react-core";
import type { TraceStep } from "../../../api/contract/traces";
import { t } from "../../../i18n";
import { Time } from "../../../ui/Time";

const variantOf = { passed: "success", failed: "danger", info: "info", not_done: "pending" } as const;

/** Each step in order; those after the failure were not done. */
export function TraceSteps({ steps }: { steps: readonly TraceStep[] }) {
  return (
    <Card>
      <CardTitle component="h2">{t("traces.steps")}</CardTitle>
      <CardBody>
        <ProgressStepper isVertical aria-label={t("traces.steps")}>
          {steps.map((step, index) => (
            <ProgressStep
              key={`${index}-${step.step}`}
              id={`trace-step-${index}`}
              titleId={`trace-step-${index}-title`}
              variant={variantOf[step.status]}
              aria-label={t(`traces.status.${step.status}`)}
              description={
                <span className="cw-break">
                  {step.detail} {step.status !== "not_done" && <Time at={step.time} />}
                </span>
              }
            >
              {step.title}
            </ProgressStep>
          ))}
        </ProgressStepper>
      </CardBody>
    </Card>
  );
}
