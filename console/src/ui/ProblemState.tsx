import { Alert, Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import { ExclamationCircleIcon } from "@patternfly/react-icons";
import type { ApiError } from "../api/problem";
import { asApiError } from "../api/problem";
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

interface AlertProps {
  error: unknown;
  /** Paths of the fields that show their own errors; the alert tells the rest. */
  shown?: readonly string[];
}

/** A request that failed, inside a form or dialog. Nothing when there is no error. */
export function ProblemAlert({ error, shown = [] }: AlertProps) {
  if (!error) return null;
  const { problem } = asApiError(error, t("error.unexpected"));
  const rest = (problem.errors ?? []).filter((e) => !shown.includes(e.field));
  return (
    <Alert variant="danger" isInline title={problem.detail} className="cw-alert">
      {problem.hint !== "" && <p>{problem.hint}</p>}
      {rest.length > 0 && (
        <ul>
          {rest.map((e) => (
            <li key={e.field + e.code}>{e.detail}</li>
          ))}
        </ul>
      )}
      {problem.transactionId !== "" && <p className="cw-transaction">{t("problem.transaction", { id: problem.transactionId })}</p>}
    </Alert>
  );
}
