import { Alert, Button, Checkbox, FileUpload, Form, FormGroup, ToggleGroup, ToggleGroupItem } from "@patternfly/react-core";
import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { MetadataProposal, MetadataRequest } from "../../../../api/contract/drafts";
import { ApiError } from "../../../../api/problem";
import { t } from "../../../../i18n";
import { TextField } from "../../../../ui/Field";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import type { SamlForm } from "./useSamlForm";

interface Props {
  form: SamlForm;
  metadata: UseMutationResult<MetadataProposal, Error, MetadataRequest>;
}

/** Fills the form from the identity provider's metadata. Nothing is saved by it. */
export function MetadataImport({ form, metadata }: Props) {
  const [source, setSource] = useState<"url" | "file">("url");
  const [fileName, setFileName] = useState("");
  const url = form.values.settings.metadataUrl;
  const take = (request: MetadataRequest) => metadata.mutate(request, { onSuccess: (proposal) => form.fill(proposal.settings) });
  const read = (event: FormEvent) => {
    event.preventDefault();
    take({ url });
  };
  const choose = async (file: File) => {
    setFileName(file.name);
    take({ xml: await file.text() });
  };
  const urlError = metadata.error instanceof ApiError ? metadata.error.field("url") : undefined;

  return (
    <Form onSubmit={read}>
      <ToggleGroup aria-label={t("saml.import.source")}>
        <ToggleGroupItem text={t("saml.import.url")} buttonId="import-url" isSelected={source === "url"} onChange={() => setSource("url")} />
        <ToggleGroupItem text={t("saml.import.file")} buttonId="import-file" isSelected={source === "file"} onChange={() => setSource("file")} />
      </ToggleGroup>
      {source === "url" ? (
        <>
          <TextField
            id="metadata-url"
            type="url"
            label={t("saml.metadataUrl")}
            help={t("saml.metadataUrl.help")}
            value={url}
            error={urlError ?? form.error("settings.metadataUrl") ?? form.error("settings.metadataRefresh")}
            placeholder="https://"
            onChange={(value) => form.set("metadataUrl", value)}
          />
          <Checkbox
            id="metadata-refresh"
            label={t("saml.metadataRefresh")}
            description={t("saml.metadataRefresh.help")}
            isChecked={form.values.settings.metadataRefresh}
            isDisabled={url === "" && !form.values.settings.metadataRefresh}
            onChange={(_, on) => form.set("metadataRefresh", on)}
          />
          <div>
            <Button type="submit" variant="secondary" isDisabled={url === "" || metadata.isPending} isLoading={metadata.isPending}>
              {t("saml.import.read")}
            </Button>
          </div>
        </>
      ) : (
        <FormGroup label={t("saml.import.file")} fieldId="metadata-file">
          <FileUpload
            id="metadata-file"
            filename={fileName}
            filenamePlaceholder={t("file.placeholder")}
            filenameAriaLabel={t("saml.import.file")}
            browseButtonText={t("file.browse")}
            clearButtonText={t("file.clear")}
            hideDefaultPreview
            isLoading={metadata.isPending}
            onFileInputChange={(_, file) => void choose(file)}
            onClearClick={() => setFileName("")}
            browseButtonAriaDescribedby="metadata-file-filename"
            dropzoneProps={{ accept: { "application/xml": [".xml"], "text/xml": [".xml"], "application/samlmetadata+xml": [".xml"] } }}
          />
        </FormGroup>
      )}
      {urlError === undefined && <ProblemAlert error={metadata.error} />}
      {metadata.data && <Imported warnings={metadata.data.warnings} />}
    </Form>
  );
}

function Imported({ warnings }: { warnings: readonly string[] }) {
  return (
    <Alert isInline variant={warnings.length === 0 ? "success" : "warning"} title={t("saml.import.done")} isLiveRegion>
      {warnings.map((warning) => (
        <p key={warning}>{warning}</p>
      ))}
    </Alert>
  );
}
