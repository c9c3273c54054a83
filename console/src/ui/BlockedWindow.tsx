import { Alert } from "@patternfly/react-core";
import { t } from "../i18n";

/** The way on when the browser has not opened the window of a round trip; nothing when it has ("" = it has). */
export function BlockedWindow({ url }: { url: string }) {
  if (url === "") return null;
  return (
    <Alert isInline variant="warning" title={t("saml.test.blocked")} className="cw-alert">
      <a href={url} target="_blank" rel="noreferrer">
        {t("saml.test.open")}
      </a>
    </Alert>
  );
}
