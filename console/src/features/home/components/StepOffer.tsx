import { Button, Content, Skeleton } from "@patternfly/react-core";
import { Link } from "react-router";
import { t } from "../../../i18n";
import type { StepState } from "../steps";

interface OfferProps {
  state: StepState;
  /** Where an open step is done. */
  to: string;
  /** The words for it. */
  action: string;
  /** Where one sees what is done; the same place unless named. */
  look?: string;
}

/** What the person may do about a step: nothing is offered before it is known that it is open. */
export function StepOffer({ state, to, action, look = to }: OfferProps) {
  switch (state) {
    case "loading":
      return <Skeleton width="40%" screenreaderText={t("state.loading")} />;
    case "denied":
    case "failed":
      return <span className="cw-none">{t(`steps.${state}`)}</span>;
    case "done":
      return <Link to={look}>{t("steps.look")}</Link>;
    case "open":
      return <Link to={to}>{action}</Link>;
  }
}

/** Says that some of the steps are not known, and asks for them again. */
export function StepsUnknown({ retry }: { retry: () => void }) {
  return (
    <Content component="p">
      {t("steps.unknown")}{" "}
      <Button variant="link" isInline onClick={retry}>
        {t("action.retry")}
      </Button>
    </Content>
  );
}
