import { Alert } from "@patternfly/react-core";
import { asApiError } from "../api/problem";
import { t } from "../i18n";

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
