import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection } from "@patternfly/react-core";
import { ExclamationCircleIcon } from "@patternfly/react-icons";
import { Component, type ReactNode } from "react";
import { t } from "../i18n";

interface Props {
  /** Where the reader is; going elsewhere ends the error. */
  place: string;
  children: ReactNode;
}

interface State {
  failed: boolean;
}

/**
 * Keeps a page that breaks from taking the shell with it. The cause is a defect, or a part of the console that is no longer on the
 * server because a new release was installed; loading again helps with the second.
 */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): Partial<State> {
    return { failed: true };
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.failed && before.place !== this.props.place) this.setState({ failed: false });
  }

  override render(): ReactNode {
    return this.state.failed ? <Broken /> : this.props.children;
  }
}

function Broken() {
  return (
    <PageSection>
      <EmptyState status="danger" icon={ExclamationCircleIcon} titleText={t("crash.title")} headingLevel="h1">
        <EmptyStateBody>{t("crash.body")}</EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>
            <Button onClick={() => window.location.reload()}>{t("crash.reload")}</Button>
          </EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    </PageSection>
  );
}
