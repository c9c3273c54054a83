import { FileUpload } from "@patternfly/react-core";
import type { ReactNode } from "react";
import { t } from "../i18n";
import { Field } from "./Field";

interface Props {
  id: string;
  label: string;
  help?: string;
  note?: ReactNode;
  placeholder?: string;
  required?: boolean;
  /** Name of the chosen file; "" = none. */
  fileName: string;
  busy?: boolean;
  error: string | undefined;
  onChoose: (file: File) => void | Promise<void>;
  onClear: () => void;
}

/** One file, chosen or dropped; it is read by whoever asks for it. */
export function FileField({ id, label, help, note, placeholder = t("file.placeholder"), required = false, fileName, busy = false, error, onChoose, onClear }: Props) {
  return (
    <Field id={id} label={label} help={help} note={note} error={error} required={required}>
      <FileUpload
        id={id}
        filename={fileName}
        filenamePlaceholder={placeholder}
        filenameAriaLabel={label}
        browseButtonText={t("file.browse")}
        clearButtonText={t("file.clear")}
        hideDefaultPreview
        isLoading={busy}
        validated={error === undefined ? "default" : "error"}
        onFileInputChange={(_, file) => void onChoose(file)}
        onClearClick={onClear}
        browseButtonAriaDescribedby={`${id}-filename`}
      />
    </Field>
  );
}
