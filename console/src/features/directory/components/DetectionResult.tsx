import { Alert, Content, List, ListItem } from "@patternfly/react-core";
import type { Detection } from "../../../api/contract/directory";
import { t } from "../../../i18n";

/** Success, or what is missing; and what each connector reports of itself (IAM-190). */
export function DetectionResult({ detection }: { detection: Detection }) {
  const { status, forests, missing, connectors } = detection;
  const troubled = connectors.filter(({ problem }) => problem !== "");
  const missingList = (
    <List>
      {missing.map(({ code, forest, text }) => (
        <ListItem key={code + forest}>{text}</ListItem>
      ))}
    </List>
  );
  return (
    <div className="cw-stack">
      {status === "enabled" ? (
        <>
          <Alert isInline isLiveRegion variant="success" title={t("connectDirectory.connected")}>
            {t("connectDirectory.forests", { forests: forests.map(({ name }) => name).join(", ") })}
          </Alert>
          {missing.length > 0 && (
            <Alert isInline variant="warning" title={t("connectDirectory.improve")}>
              {missingList}
            </Alert>
          )}
        </>
      ) : (
        <Alert isInline isLiveRegion variant="warning" title={t("connectDirectory.missing")}>
          {missingList}
        </Alert>
      )}
      {troubled.length > 0 && (
        <div>
          <Content component="h3">{t("connectDirectory.connectors")}</Content>
          <List>
            {troubled.map(({ id, name, problem }) => (
              <ListItem key={id} className="cw-break">
                <strong>{name}</strong>: {problem}
              </ListItem>
            ))}
          </List>
        </div>
      )}
    </div>
  );
}
