import { Button, FileUpload } from "@patternfly/react-core";
import { useState } from "react";
import { t } from "../i18n";
import { base64Of } from "./download";
import { Field } from "./Field";

interface Props {
  id: string;
  label: string;
  /** The limits in words, below the input. */
  note: string;
  /** The largest file that the server takes; the rest of the limits is the server's to check. */
  maxKibibytes: number;
  /** A data: address; "" = no picture. */
  value: string;
  /** What the server says. */
  error: string | undefined;
  onChange: (value: string) => void;
}

const types = ["image/png", "image/jpeg"];

/** A small picture: what there is, a file to take its place, and a way to have none. */
export function PictureField({ id, label, note, maxKibibytes, value, error, onChange }: Props) {
  const [fileName, setFileName] = useState("");
  const [refused, setRefused] = useState<string>();
  const choose = async (file: File) => {
    setFileName(file.name);
    if (!types.includes(file.type)) return setRefused(t("picture.type"));
    if (file.size > maxKibibytes * 1024) return setRefused(t("picture.size", { max: maxKibibytes }));
    setRefused(undefined);
    onChange(`data:${file.type};base64,${await base64Of(file)}`);
  };
  const clear = () => {
    setFileName("");
    setRefused(undefined);
    onChange("");
  };
  const wrong = refused ?? error;

  return (
    <Field id={id} label={label} note={note} error={wrong}>
      <div className="cw-picture">
        {value === "" ? (
          <span className="cw-none">{t("picture.none")}</span>
        ) : (
          <>
            <img src={value} alt={t("picture.preview", { label })} />
            <Button variant="link" isInline onClick={clear}>
              {t("picture.remove")}
            </Button>
          </>
        )}
      </div>
      <FileUpload
        id={id}
        filename={fileName}
        filenamePlaceholder={t("file.placeholder")}
        filenameAriaLabel={label}
        browseButtonText={t("file.browse")}
        clearButtonText={t("file.clear")}
        isClearButtonDisabled={fileName === "" && value === ""}
        hideDefaultPreview
        validated={wrong === undefined ? "default" : "error"}
        dropzoneProps={{ accept: Object.fromEntries(types.map((type) => [type, []])), onDropRejected: () => setRefused(t("picture.type")) }}
        onFileInputChange={(_, file) => void choose(file)}
        onClearClick={clear}
        browseButtonAriaDescribedby={`${id}-help`}
      />
    </Field>
  );
}
