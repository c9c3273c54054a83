import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection } from "@patternfly/react-core";
import { ExclamationCircleIcon } from "@patternfly/react-icons";
import { t } from "../i18n";

/**
 * A page that could not be shown: a defect, or a part of the console that is no longer on the server because a new release was
 * installed. Loading again helps with the second.
 */
export function RouteError() {
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
