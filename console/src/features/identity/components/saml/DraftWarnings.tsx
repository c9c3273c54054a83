import { Alert, List, ListItem } from "@patternfly/react-core";
import type { ConnectionDraft } from "../../../../api/contract/drafts";
import { t } from "../../../../i18n";
import { settingLabel } from "../../../../i18n/settings";

/** What is probably wrong in what was saved last. None of it stops the connection. */
export function DraftWarnings({ warnings }: { warnings: ConnectionDraft["warnings"] | undefined }) {
  if (warnings === undefined || warnings.length === 0) return null;
  return (
    <Alert isInline variant="warning" title={t("saml.warnings")}>
      <List>
        {warnings.map(({ code, field, text, hint }) => (
          <ListItem key={code + field}>
            {field !== "" && <strong>{settingLabel(field.replace(/^settings\./, ""))}: </strong>}
            {text} {hint}
          </ListItem>
        ))}
      </List>
    </Alert>
  );
}
