import { FileUpload } from "@patternfly/react-core";
import type { UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import type { CertificateFile, IdpCertificate } from "../api/contract/saml";
import { asApiError } from "../api/problem";
import { t } from "../i18n";
import { CertificateList } from "./CertificateList";
import { base64Of } from "./download";
import { Field } from "./Field";

interface Props {
  id: string;
  label: string;
  certificates: readonly IdpCertificate[];
  /** Lets the server read and check one file. */
  read: UseMutationResult<IdpCertificate, Error, CertificateFile>;
  /** What is wrong with the certificates that are there. */
  error: string | undefined;
  onChange: (certificates: IdpCertificate[]) => void;
}

/** The signing certificates of an identity provider, each read from a file and checked by the server as soon as it is chosen (SAM-049, SAM-050). */
export function CertificateFiles({ id, label, certificates, read, error, onChange }: Props) {
  const [chosen, setChosen] = useState("");
  const upload = async (file: File) => {
    setChosen(file.name);
    const content = await base64Of(file);
    read.mutate(
      { fileName: file.name, content },
      {
        onSuccess: (certificate) => {
          setChosen("");
          onChange([...certificates.filter((each) => each.fingerprint !== certificate.fingerprint), certificate]);
        },
      },
    );
  };
  const refused = read.error === null ? undefined : refusal(chosen, read.error);
  return (
    <Field id={id} label={label} help={t("saml.certificate.help")} required error={refused ?? error}>
      <CertificateList
        label={label}
        certificates={certificates}
        onRemove={(gone) => onChange(certificates.filter(({ fingerprint }) => fingerprint !== gone.fingerprint))}
      />
      <FileUpload
        id={id}
        filename={chosen}
        filenamePlaceholder={t("saml.certificate.placeholder")}
        filenameAriaLabel={label}
        browseButtonText={t("file.upload")}
        clearButtonText={t("file.clear")}
        hideDefaultPreview
        isLoading={read.isPending}
        validated={refused === undefined ? "default" : "error"}
        onFileInputChange={(_, file) => void upload(file)}
        onClearClick={() => {
          setChosen("");
          read.reset();
        }}
        browseButtonAriaDescribedby={`${id}-filename`}
      />
    </Field>
  );
}

/** Which file is refused, why, and what to do. */
function refusal(file: string, error: Error): string {
  const { problem } = asApiError(error, t("error.unexpected"));
  const why = problem.errors?.[0]?.detail ?? `${problem.detail} ${problem.hint}`.trim();
  return t("saml.certificate.refused", { file, why });
}
