import { Card, CardBody, CardTitle, Content, ProgressStep, ProgressStepper } from "@patternfly/react-core";
import type { RotationPlan } from "../../../api/contract/rotation";
import { t } from "../../../i18n";
import { localTime, utcTime } from "../../../ui/time";
import { useNow } from "../../../ui/useNow";

const steps = ["discovery", "agreement", "advertisement", "activation", "completion"] as const;

/** The times of a rotation in order, in UTC and in the reader's zone (SSO-207, SSO-210). */
export function PlanTimeline({ plan }: { plan: RotationPlan | null }) {
  const now = useNow();
  if (plan === null) {
    return (
      <Card>
        <CardTitle component="h2">{t("rotation.plan")}</CardTitle>
        <CardBody>{t("rotation.plan.none")}</CardBody>
      </Card>
    );
  }
  const reached = steps.filter((step) => new Date(plan[`${step}Time`]).getTime() <= now).length;
  return (
    <Card>
      <CardTitle component="h2">{t("rotation.plan")}</CardTitle>
      <CardBody>
        <Content component="p">{t(`rotation.plan.${plan.status}`)}</Content>
        <ProgressStepper isVertical aria-label={t("rotation.plan")}>
          {steps.map((step, index) => {
            const at = plan[`${step}Time`];
            return (
              <ProgressStep
                key={step}
                id={`plan-${step}`}
                titleId={`plan-${step}-title`}
                variant={index < reached ? "success" : index === reached ? "info" : "pending"}
                isCurrent={index === reached}
                aria-label={t(`rotation.step.${step}`)}
                description={
                  <span className="cw-break">
                    <time dateTime={at}>
                      <strong>{utcTime(at)}</strong> · {localTime(at)} {t("rotation.local")}
                    </time>
                    <br />
                    {t(`rotation.step.${step}.body`)}
                  </span>
                }
              >
                {t(`rotation.step.${step}`)}
              </ProgressStep>
            );
          })}
        </ProgressStepper>
      </CardBody>
    </Card>
  );
}
