import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { Link } from "react-router";
import type { DraftTest } from "../../../../api/contract/drafts";
import { useAllowed } from "../../../../api/customer";
import { tracesRoute } from "../../../../app/links";
import { t } from "../../../../i18n";
import { settingLabel } from "../../../../i18n/settings";
import { DataState } from "../../../../ui/DataState";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { useTest } from "../../federationQueries";
import { TestClaims } from "./TestClaims";
import { TestReport } from "./TestReport";
import { TestWaiting } from "./TestWaiting";

interface Props {
  test: DraftTest;
  /** Of the report; "" = the server makes none. */
  testId: string;
  /** Address of the test when the browser did not open a window for it. */
  blockedUrl: string;
  /** A passed test can be finished here. */
  mayFinish: boolean;
  finishing: boolean;
  error: unknown;
  onFinish: () => void;
  onAgain: () => void;
  onSetting: (setting: string) => void;
  onClose: () => void;
}

/** Follows the round trip through the identity provider in the other window; a passed test can be finished (SAM-063). */
export function DraftTestDialog({ test, testId, blockedUrl, mayFinish, finishing, error, onFinish, onAgain, onSetting, onClose }: Props) {
  const waiting = test.state === "waiting" || test.state === "none";
  return (
    <Modal variant="large" isOpen onClose={onClose} aria-labelledby="test-title">
      <ModalHeader title={t("saml.test.title")} labelId="test-title" />
      <ModalBody tabIndex={0} role="region" aria-label={t("saml.test.title")}>
        {waiting && <TestWaiting blockedUrl={blockedUrl} />}
        {test.state === "passed" && <TestClaims claims={test.claims} mayFinish={mayFinish} />}
        {test.state === "failed" && testId === "" && <Failed test={test} />}
        {!waiting && testId !== "" && <Report testId={testId} onSetting={onSetting} />}
        <ProblemAlert error={error} />
      </ModalBody>
      <ModalFooter>
        {test.state === "passed" && mayFinish && (
          <Button onClick={onFinish} isDisabled={finishing} isLoading={finishing}>
            {t("saml.test.finish")}
          </Button>
        )}
        {(test.state !== "passed" || !mayFinish) && (
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

function Report({ testId, onSetting }: Pick<Props, "testId" | "onSetting">) {
  const test = useTest(testId);
  return (
    <div className="cw-gap">
      <DataState query={test}>{(data) => <TestReport test={data} onSetting={onSetting} />}</DataState>
    </div>
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
