import { FileUpload } from "@patternfly/react-core";
import type { UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import type { CertificateFile, IdpCertificate } from "../../../../api/contract";
import { ApiError } from "../../../../api/problem";
import { t } from "../../../../i18n";
import { base64Of } from "../../../../ui/download";
import { Field } from "../../../../ui/Field";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { CertificateList } from "./CertificateList";
import type { SamlForm } from "./useSamlForm";

interface Props {
  form: SamlForm;
  certificate: UseMutationResult<IdpCertificate, Error, CertificateFile>;
}

/** The signing certificates of the identity provider, each read from a file by the server (SAM-049, SAM-050). */
export function CertificateField({ form, certificate }: Props) {
  const [chosen, setChosen] = useState("");
  const { certificates } = form.values.settings;
  const upload = async (file: File) => {
    setChosen(file.name);
    const content = await base64Of(file);
    certificate.mutate(
      { fileName: file.name, content },
      {
        onSuccess: (read) => {
          setChosen("");
          form.set("certificates", [...certificates.filter((c) => c.fingerprint !== read.fingerprint), read]);
        },
      },
    );
  };
  const refused = certificate.error instanceof ApiError ? certificate.error.field("content") : undefined;

  return (
    <Field
      id="saml-certificate"
      label={t("saml.certificate")}
      help={t("saml.certificate.help")}
      required
      error={refused ?? form.error("settings.certificates")}
    >
      <CertificateList
        certificates={certificates}
        onRemove={(gone) =>
          form.set(
            "certificates",
            certificates.filter((c) => c.fingerprint !== gone.fingerprint),
          )
        }
      />
      <FileUpload
        id="saml-certificate"
        filename={chosen}
        filenamePlaceholder={t("saml.certificate.placeholder")}
        filenameAriaLabel={t("saml.certificate")}
        browseButtonText={t("file.upload")}
        clearButtonText={t("file.clear")}
        hideDefaultPreview
        isLoading={certificate.isPending}
        validated={refused === undefined ? "default" : "error"}
        onFileInputChange={(_, file) => void upload(file)}
        onClearClick={() => {
          setChosen("");
          certificate.reset();
        }}
        browseButtonAriaDescribedby="saml-certificate-filename"
      />
      {refused === undefined && <ProblemAlert error={certificate.error} />}
    </Field>
  );
}
