import { Button, Card, CardBody, CardTitle, Content, Form, Title, ToggleGroup, ToggleGroupItem } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import { type FormEvent, useState } from "react";
import type { ExtractedCertificate } from "../../../api/contract/saml";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { Copy } from "../../../ui/Copy";
import { saveText } from "../../../ui/download";
import { TextField } from "../../../ui/Field";
import { FileField } from "../../../ui/FileField";
import { focusFirstError } from "../../../ui/focus";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDraft } from "../../../ui/useDraft";
import { Values } from "../../../ui/Values";
import { useExtractor } from "../queries";

const shown = ["url", "xml"];

/** Reads the certificates of metadata from an address or a file (SSO-224). */
export function Extractor() {
  const [source, setSource] = useState<"url" | "file">("url");
  const [url, setUrl] = useDraft("extractor.url", "");
  const [fileName, setFileName] = useState("");
  const [missing, setMissing] = useState(false);
  const extract = useExtractor();
  const refused = (field: string) => (extract.error instanceof ApiError ? extract.error.field(field) : undefined);
  const read = (event: FormEvent) => {
    event.preventDefault();
    if (url.trim() === "") {
      setMissing(true);
      focusFirstError();
      return;
    }
    extract.mutate({ url: url.trim() }, { onError: focusFirstError });
  };
  const turn = (to: "url" | "file") => {
    extract.reset();
    setSource(to);
  };
  return (
    <Card>
      <CardTitle component="h2">{t("extract.title")}</CardTitle>
      <CardBody>
        <Content component="p">{t("extract.lead")}</Content>
        <Form onSubmit={read} noValidate className="cw-form">
          <ToggleGroup aria-label={t("saml.import.source")}>
            <ToggleGroupItem text={t("saml.import.url")} buttonId="extract-from-url" isSelected={source === "url"} onChange={() => turn("url")} />
            <ToggleGroupItem text={t("saml.import.file")} buttonId="extract-from-file" isSelected={source === "file"} onChange={() => turn("file")} />
          </ToggleGroup>
          {source === "url" ? (
            <>
              <TextField
                id="extract-url"
                type="url"
                label={t("saml.metadataUrl")}
                help={t("saml.metadataUrl.help")}
                required
                value={url}
                error={missing ? t("extract.url.missing") : refused("url")}
                placeholder="https://"
                onChange={(value) => {
                  setMissing(false);
                  extract.reset();
                  setUrl(value);
                }}
              />
              <div>
                <Button type="submit" variant="secondary" isLoading={extract.isPending} isDisabled={extract.isPending}>
                  {t("extract.run")}
                </Button>
              </div>
            </>
          ) : (
            <FileField
              id="extract-file"
              label={t("saml.import.file")}
              fileName={fileName}
              busy={extract.isPending}
              error={refused("xml")}
              onChoose={async (file) => {
                setFileName(file.name);
                extract.mutate({ xml: await file.text() });
              }}
              onClear={() => {
                setFileName("");
                extract.reset();
              }}
            />
          )}
          <ProblemAlert error={extract.error} shown={shown} />
        </Form>
        <div aria-live="polite">
          {extract.data?.items.length === 0 && <Content component="p">{t("extract.none")}</Content>}
          {extract.data?.items.map((certificate, index) => (
            <Certificate key={`${index}-${certificate.thumbprint}`} certificate={certificate} number={index + 1} />
          ))}
        </div>
      </CardBody>
    </Card>
  );
}

const fields = [
  "usage",
  "authorityInfoAccess",
  "basicConstraints",
  "crlDistributionUri",
  "extendedKeyUsage",
  "issuer",
  "keyUsage",
  "publicKey",
  "publicKeyHex",
  "serialNumberHex",
  "signatureAlgorithm",
  "subject",
  "subjectAlternative",
  "thumbprint",
  "thumbprintAlgorithm",
  "validFrom",
  "validTo",
  "version",
] as const satisfies readonly (keyof ExtractedCertificate)[];

function Certificate({ certificate, number }: { certificate: ExtractedCertificate; number: number }) {
  return (
    <section className="cw-gap">
      <Title headingLevel="h3" size="md">
        {t("extract.certificate", { number })}
      </Title>
      <Values
        rows={fields.map((field) => {
          const label = t(`extract.field.${field}`);
          const value = String(certificate[field]);
          return { label, value: value === "" ? "" : <Copy inline label={`${label} ${number}`} value={value} /> };
        })}
      />
      <Button
        variant="secondary"
        icon={<DownloadIcon />}
        aria-label={`${t("action.download")}: ${t("extract.certificate", { number })}`}
        onClick={() => saveText(`${certificate.thumbprint || number}.pem`, certificate.pem, "application/x-pem-file")}
      >
        {t("action.download")}
      </Button>
    </section>
  );
}
