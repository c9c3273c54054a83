import { Button, Content, Form, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { FileField } from "../../../ui/FileField";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDomainActions } from "../domainQueries";

const shown = ["certificatePem", "privateKeyPem"];
const none = { name: "", text: "" };

/** Takes the TLS certificate of the host with its private key. The key lives in this dialog only until it is sent. */
export function DomainCertificateDialog({ host, etag, onClose }: { host: string; etag: string; onClose: () => void }) {
  const [chain, setChain] = useState(none);
  const [key, setKey] = useState(none);
  const { upload } = useDomainActions(etag);
  const refused = (field: string) => (upload.error instanceof ApiError ? upload.error.field(field) : undefined);
  const take = (set: typeof setChain) => async (file: File) => {
    upload.reset();
    set({ name: file.name, text: await file.text() });
  };
  const drop = (set: typeof setChain) => () => {
    upload.reset();
    set(none);
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    upload.mutate({ certificatePem: chain.text, privateKeyPem: key.text }, { onSuccess: onClose });
  };
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="domain-certificate-title">
      <ModalHeader title={t("domain.upload")} labelId="domain-certificate-title" />
      <ModalBody>
        <Content component="p">{t("domain.upload.body", { host })}</Content>
        <Form id="domain-certificate" onSubmit={save} className="cw-gap">
          <ProblemAlert error={upload.error} shown={shown} />
          <FileField
            id="domain-chain"
            label={t("domain.chain")}
            help={t("domain.chain.help")}
            required
            fileName={chain.name}
            error={refused("certificatePem")}
            onChoose={take(setChain)}
            onClear={drop(setChain)}
          />
          <FileField
            id="domain-key"
            label={t("domain.key")}
            help={t("domain.key.help")}
            required
            fileName={key.name}
            error={refused("privateKeyPem")}
            onChoose={take(setKey)}
            onClear={drop(setKey)}
          />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="domain-certificate" isDisabled={chain.text === "" || key.text === "" || upload.isPending} isLoading={upload.isPending}>
          {t("domain.upload")}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
