import { Bullseye, Content, Spinner } from "@patternfly/react-core";
import { t } from "../../../../i18n";
import { BlockedWindow } from "../../../../ui/BlockedWindow";

/** While the person signs in in the other window. `blockedUrl`: where the test begins, when the browser did not open a window; "" otherwise. */
export function TestWaiting({ blockedUrl }: { blockedUrl: string }) {
  return (
    <>
      <Content component="p">{t("saml.test.waiting")}</Content>
      <BlockedWindow url={blockedUrl} />
      <Bullseye>
        <Spinner size="lg" aria-label={t("saml.test.waiting.short")} />
      </Bullseye>
    </>
  );
}
