import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import { ExclamationCircleIcon } from "@patternfly/react-icons";
import type { ApiError } from "../api/problem";
import { t } from "../i18n";

/** A page or part of one that could not be loaded. */
export function ProblemState({ error, retry }: { error: ApiError; retry: () => void }) {
  const { detail, hint, transactionId } = error.problem;
  return (
    <EmptyState
      status="danger"
      icon={ExclamationCircleIcon}
      titleText={error.status === 404 ? t("state.absent.title") : t("state.failed.title")}
      headingLevel="h2"
    >
      <EmptyStateBody>
        <p>
          {detail} {hint}
        </p>
        {transactionId !== "" && <p className="cw-transaction">{t("problem.transaction", { id: transactionId })}</p>}
      </EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button variant="primary" onClick={retry}>
            {t("action.retry")}
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
