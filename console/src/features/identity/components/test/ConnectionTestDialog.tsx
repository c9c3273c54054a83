import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { t } from "../../../../i18n";
import { DataState } from "../../../../ui/DataState";
import { useTest } from "../../federationQueries";
import { TestReport } from "./TestReport";
import { TestWaiting } from "./TestWaiting";

interface Props {
  testId: string;
  /** Address of the test when the browser did not open a window for it. */
  blockedUrl: string;
  onAgain: () => void;
  onClose: () => void;
}

/** The test of a saved connection; its settings cannot be edited, so what is to change is named only. */
export function ConnectionTestDialog({ testId, blockedUrl, onAgain, onClose }: Props) {
  const test = useTest(testId);
  return (
    <Modal variant="large" isOpen onClose={onClose} aria-labelledby="test-title">
      <ModalHeader title={t("saml.test.title")} labelId="test-title" />
      <ModalBody tabIndex={0} role="region" aria-label={t("saml.test.title")}>
        <DataState query={test}>{(data) => (data.state === "waiting" ? <TestWaiting blockedUrl={blockedUrl} /> : <TestReport test={data} />)}</DataState>
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onAgain}>
          {t("saml.test.again")}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t("action.close")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
