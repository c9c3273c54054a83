import { Content, Modal, ModalHeader } from "@patternfly/react-core";
import { useState } from "react";
import type { SlotFile } from "../../../../api/contract/connections";
import { ApiError } from "../../../../api/problem";
import { t } from "../../../../i18n";
import { FileField } from "../../../../ui/FileField";
import { FlowForm } from "../../../../ui/FlowForm";
import { pemOf } from "../../../../ui/pem";
import { useConnectionActions } from "../../federationQueries";

interface Props {
  connectionId: string;
  etag: string;
  slot: number;
  onClose: () => void;
}

const fields = ["pem", "fileName"];

/** Puts a certificate into an empty slot or in the place of an expired one; sign-in URL, entity ID and all other values stay (SSO-240). */
export function UploadCertificateDialog({ connectionId, etag, slot, onClose }: Props) {
  const [file, setFile] = useState<SlotFile | null>(null);
  const upload = useConnectionActions(connectionId, etag).upload;
  const refused = upload.error instanceof ApiError ? (upload.error.field("pem") ?? upload.error.field("fileName")) : undefined;
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="upload-title">
      <ModalHeader title={t("slots.upload")} labelId="upload-title" />
      <FlowForm
        action={t("slots.upload")}
        busy={upload.isPending}
        ready={file !== null}
        error={upload.error}
        fields={fields}
        onSubmit={() => {
          if (file !== null) upload.mutate({ slot, file }, { onSuccess: onClose });
        }}
        onClose={onClose}
      >
        <Content component="p">{t("slots.upload.body", { slot })}</Content>
        <FileField
          id="slot-file"
          label={t("saml.certificate")}
          help={t("saml.certificate.help")}
          placeholder={t("saml.certificate.placeholder")}
          required
          fileName={file?.fileName ?? ""}
          error={refused}
          onChoose={async (chosen) => {
            upload.reset();
            setFile({ fileName: chosen.name, pem: await pemOf(chosen) });
          }}
          onClear={() => {
            upload.reset();
            setFile(null);
          }}
        />
      </FlowForm>
    </Modal>
  );
}
