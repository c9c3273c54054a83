import { Alert, Bullseye, Content, Spinner } from "@patternfly/react-core";
import { t } from "../../../../i18n";

/** While the person signs in in the other window. `blockedUrl`: where the test begins, when the browser did not open a window; "" otherwise. */
export function TestWaiting({ blockedUrl }: { blockedUrl: string }) {
  return (
    <>
      <Content component="p">{t("saml.test.waiting")}</Content>
      {blockedUrl !== "" && (
        <Alert isInline variant="warning" title={t("saml.test.blocked")}>
          <a href={blockedUrl} target="_blank" rel="noreferrer">
            {t("saml.test.open")}
          </a>
        </Alert>
      )}
      <Bullseye>
        <Spinner size="lg" aria-label={t("saml.test.waiting.short")} />
      </Bullseye>
    </>
  );
}
