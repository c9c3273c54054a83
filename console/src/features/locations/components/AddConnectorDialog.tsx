import { Button, Checkbox, Content, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useState } from "react";
import type { Location } from "../../../api/contract/locations";
import { ConnectorChecksums } from "../../../app/ConnectorChecksums";
import { ConnectorDownload } from "../../../app/ConnectorDownload";
import { t } from "../../../i18n";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useParameterFile } from "../queries";
import { ParameterFileView } from "./ParameterFileView";

/** Makes the parameter file of one installation and shows how it is used (CON-209, CON-217). */
export function AddConnectorDialog({ location, onClose }: { location: Location; onClose: () => void }) {
  const [accepted, setAccepted] = useState(false);
  const make = useParameterFile(location.id);
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="add-connector-title">
      <ModalHeader title={t("connectors.add.title", { name: location.name })} labelId="add-connector-title" />
      <ModalBody>
        {make.data ? (
          <ParameterFileView file={make.data} />
        ) : (
          <>
            <Content component="p">{t("connectors.software")}</Content>
            <ConnectorDownload />
            <ConnectorChecksums />
            <Content component="p" className="cw-gap">
              {t("connectors.parameters")} {t("connectors.add.body")}
            </Content>
            <Content component="ul">
              <Content component="li">{t("connectors.add.machine")}</Content>
              <Content component="li">{t("connectors.add.network")}</Content>
              <Content component="li">{t("connectors.add.principal")}</Content>
            </Content>
            <Checkbox id="add-connector-terms" label={t("connectors.add.terms")} isChecked={accepted} onChange={(_, on) => setAccepted(on)} />
            <ProblemAlert error={make.error} />
          </>
        )}
      </ModalBody>
      <ModalFooter>
        {make.data ? (
          <Button onClick={onClose}>{t("action.close")}</Button>
        ) : (
          <>
            <Button isDisabled={!accepted || make.isPending} isLoading={make.isPending} onClick={() => make.mutate(true)}>
              {t("connectors.add.make")}
            </Button>
            <Button variant="link" onClick={onClose}>
              {t("action.cancel")}
            </Button>
          </>
        )}
      </ModalFooter>
    </Modal>
  );
}
