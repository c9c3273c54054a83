import { Bullseye, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Spinner } from "@patternfly/react-core";
import { CubesIcon, LockIcon, SearchIcon } from "@patternfly/react-icons";
import type { ReactNode } from "react";
import { asApiError } from "../api/problem";
import { t } from "../i18n";
import { ProblemState } from "./ProblemState";

/** The part of a query that decides what is shown. */
export interface Query<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

interface Props<T> {
  query: Query<T>;
  /** Says whether there is nothing to show, and what to show instead. */
  empty?: { when: (data: T) => boolean; show: ReactNode };
  children: (data: T) => ReactNode;
}

/** The states of everything that is loaded: loading, no permission, failed, empty, ready. Old data stay on a failed reload. */
export function DataState<T>({ query, empty, children }: Props<T>) {
  if (query.data !== undefined) {
    return empty?.when(query.data) ? empty.show : children(query.data);
  }
  if (query.error) {
    const error = asApiError(query.error, t("error.unexpected"));
    if (error.status === 403) return <NoPermission detail={error.problem.detail} hint={error.problem.hint} />;
    return <ProblemState error={error} retry={() => void query.refetch()} />;
  }
  return (
    <Bullseye className="cw-state">
      <Spinner aria-label={t("state.loading")} />
    </Bullseye>
  );
}

export function NoPermission({ detail, hint }: { detail?: string; hint?: string }) {
  return (
    <EmptyState icon={LockIcon} titleText={t("state.denied.title")} headingLevel="h2">
      <EmptyStateBody>
        {detail ?? t("state.denied.body")} {hint ?? t("state.denied.hint")}
      </EmptyStateBody>
    </EmptyState>
  );
}

interface NothingProps {
  title: string;
  children: ReactNode;
  actions?: ReactNode;
  /** The list is empty because of a filter. */
  filtered?: boolean;
}

/** A list in which nothing fits the search and the filters. */
export function NoMatch() {
  return (
    <Nothing filtered title={t("list.nomatch.title")}>
      {t("list.nomatch.body")}
    </Nothing>
  );
}

/** An empty list, with the next thing to do. */
export function Nothing({ title, children, actions, filtered = false }: NothingProps) {
  return (
    <EmptyState icon={filtered ? SearchIcon : CubesIcon} titleText={title} headingLevel="h2">
      <EmptyStateBody>{children}</EmptyStateBody>
      {actions !== undefined && (
        <EmptyStateFooter>
          <EmptyStateActions>{actions}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
