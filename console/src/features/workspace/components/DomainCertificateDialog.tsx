import { Content, Modal, ModalHeader } from "@patternfly/react-core";
import { useState } from "react";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { FileField } from "../../../ui/FileField";
import { FlowForm } from "../../../ui/FlowForm";
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
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="domain-certificate-title">
      <ModalHeader title={t("domain.upload")} labelId="domain-certificate-title" />
      <FlowForm
        action={t("domain.upload")}
        busy={upload.isPending}
        ready={chain.text !== "" && key.text !== ""}
        error={upload.error}
        fields={shown}
        onSubmit={() => upload.mutate({ certificatePem: chain.text, privateKeyPem: key.text }, { onSuccess: onClose })}
        onClose={onClose}
      >
        <Content component="p">{t("domain.upload.body", { host })}</Content>
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
      </FlowForm>
    </Modal>
  );
}
