import { Alert, Bullseye, Button, Content, Modal, ModalBody, ModalFooter, ModalHeader, Spinner } from "@patternfly/react-core";
import { Link } from "react-router";
import type { DraftTest } from "../../../../api/contract";
import { useAllowed } from "../../../../api/customer";
import { tracesRoute } from "../../../../app/links";
import { t } from "../../../../i18n";
import { settingLabel } from "../../../../i18n/settings";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { TestClaims } from "./TestClaims";

interface Props {
  test: DraftTest;
  /** Address of the test when the browser did not open a window for it. */
  blockedUrl: string;
  finishing: boolean;
  error: unknown;
  onFinish: () => void;
  onAgain: () => void;
  onClose: () => void;
}

/** Follows the round trip through the identity provider in the other window; a passed test can be finished (SAM-063). */
export function TestDialog({ test, blockedUrl, finishing, error, onFinish, onAgain, onClose }: Props) {
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="test-title">
      <ModalHeader title={t("saml.test.title")} labelId="test-title" />
      <ModalBody>
        {(test.state === "waiting" || test.state === "none") && <Waiting blockedUrl={blockedUrl} />}
        {test.state === "passed" && <TestClaims claims={test.claims} />}
        {test.state === "failed" && <Failed test={test} />}
        <ProblemAlert error={error} />
      </ModalBody>
      <ModalFooter>
        {test.state === "passed" && (
          <Button onClick={onFinish} isDisabled={finishing} isLoading={finishing}>
            {t("saml.test.finish")}
          </Button>
        )}
        {test.state !== "passed" && (
          <Button variant="secondary" onClick={onAgain}>
            {t("saml.test.again")}
          </Button>
        )}
        <Button variant="link" onClick={onClose}>
          {t("saml.test.back")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function Waiting({ blockedUrl }: { blockedUrl: string }) {
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

function Failed({ test }: { test: DraftTest }) {
  const mayTraces = useAllowed(tracesRoute.needs);
  return (
    <Alert isInline variant="danger" title={test.failure?.detail ?? t("error.unexpected")}>
      <p>{test.failure?.hint}</p>
      {test.failure !== null && test.failure.setting !== "" && (
        <p>{t("saml.test.setting", { setting: settingLabel(test.failure.setting) })}</p>
      )}
      <p className="cw-transaction">{t("problem.transaction", { id: test.transactionId })}</p>
      {mayTraces && <Link to={tracesRoute.link(undefined, { transactionId: test.transactionId })}>{t("saml.test.trace")}</Link>}
    </Alert>
  );
}
