import { Button, Content, Form, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import type { SlotFile } from "../../../../api/federation";
import { ApiError } from "../../../../api/problem";
import { t } from "../../../../i18n";
import { FileField } from "../../../../ui/FileField";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
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
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (file !== null) upload.mutate({ slot, file }, { onSuccess: onClose });
  };
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="upload-title">
      <ModalHeader title={t("slots.upload")} labelId="upload-title" />
      <ModalBody>
        <Content component="p">{t("slots.upload.body", { slot })}</Content>
        <Form id="upload-form" onSubmit={save} className="cw-gap">
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
          <ProblemAlert error={upload.error} shown={fields} />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="upload-form" isDisabled={file === null || upload.isPending} isLoading={upload.isPending}>
          {t("slots.upload")}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
