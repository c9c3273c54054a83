import { Alert } from "@patternfly/react-core";
import { asApiError } from "../api/problem";
import { t } from "../i18n";

interface AlertProps {
  error: unknown;
  /** Paths of the fields that are on the page and show their own errors; the alert tells the rest. */
  shown?: readonly string[];
  /** Keeps the alert beside the button of a long form, whose fields may be out of sight. */
  far?: boolean;
}

/** A request that failed, inside a form or dialog. Nothing when there is no error, or when the fields say all of it themselves. */
export function ProblemAlert({ error, shown = [], far = false }: AlertProps) {
  if (!error) return null;
  const { problem } = asApiError(error, t("error.unexpected"));
  const errors = problem.errors ?? [];
  const rest = errors.filter((e) => !shown.includes(e.field));
  if (!far && errors.length > 0 && rest.length === 0) return null;
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
