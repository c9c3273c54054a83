import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection } from "@patternfly/react-core";
import { SearchIcon } from "@patternfly/react-icons";
import { Link } from "react-router";
import { t } from "../i18n";

/** An address without a page. */
export function NotFound() {
  return (
    <PageSection>
      <EmptyState icon={SearchIcon} titleText={t("notfound.title")} headingLevel="h1">
        <EmptyStateBody>{t("notfound.body")}</EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>
            <Link to="/">{t("notfound.home")}</Link>
          </EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    </PageSection>
  );
}
