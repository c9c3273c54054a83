import { EmptyState, EmptyStateBody } from "@patternfly/react-core";
import { CheckCircleIcon } from "@patternfly/react-icons";
import { useEffect } from "react";
import { t } from "../i18n";
import { Bare } from "../ui/Bare";

/** Where a sign-in ends that was begun in a tab of its own; the first tab goes on by itself. */
export function SignedIn() {
  useEffect(() => {
    document.title = `${t("signedin.title")} · ${t("brand.name")}`;
    window.close(); // works only where a script has opened the tab
  }, []);
  return (
    <Bare>
      <EmptyState status="success" icon={CheckCircleIcon} titleText={t("signedin.title")} headingLevel="h1">
        <EmptyStateBody>{t("signedin.body")}</EmptyStateBody>
      </EmptyState>
    </Bare>
  );
}
