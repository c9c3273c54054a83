import { Button, Card, CardBody, CardTitle, Label } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import type { SigningCertificate } from "../../../api/contract/rotation";
import { t } from "../../../i18n";
import { Copy } from "../../../ui/Copy";
import { saveBytes, saveText } from "../../../ui/download";
import { derOf } from "../../../ui/pem";
import { localTime, utcTime } from "../../../ui/time";
import { Values } from "../../../ui/Values";

const look = { active: "success", next: "info", retiring: "warning" } as const;

/** Each certificate with thumbprints, times and downloads; activation and expiry are two facts (SSO-207, SSO-223). */
export function SigningCertificates({ certificates }: { certificates: readonly SigningCertificate[] }) {
  return (
    <section className="cw-cards" aria-label={t("rotation.certificates")}>
      {certificates.map((certificate) => (
        <Card key={certificate.sha256}>
          <CardTitle component="h2">
            <span className="cw-titled">
              {certificate.commonName} <Label status={look[certificate.state]}>{t(`rotation.state.${certificate.state}`)}</Label>
            </span>
          </CardTitle>
          <CardBody>
            <Values
              rows={[
                { label: t("rotation.field.sha1"), value: <Copy inline label={t("rotation.field.sha1")} value={certificate.sha1} /> },
                { label: t("rotation.field.sha256"), value: <Copy inline label={t("rotation.field.sha256")} value={certificate.sha256} /> },
                ...(certificate.activatesAt === null ? [] : [{ label: t("rotation.field.activates"), value: <Both at={certificate.activatesAt} /> }]),
                ...(certificate.retiresAt === null ? [] : [{ label: t("rotation.field.retires"), value: <Both at={certificate.retiresAt} /> }]),
                { label: t("rotation.field.expires"), value: <Both at={certificate.notAfter} /> },
              ]}
            />
            <span className="cw-buttons">
              <Button
                variant="secondary"
                icon={<DownloadIcon />}
                aria-label={`${t("download.pem")}: ${t(`rotation.state.${certificate.state}`)}`}
                onClick={() => saveText(`${fileName(certificate)}.pem`, certificate.pem, "application/x-pem-file")}
              >
                {t("download.pem")}
              </Button>
              <Button
                variant="secondary"
                icon={<DownloadIcon />}
                aria-label={`${t("download.cer")}: ${t(`rotation.state.${certificate.state}`)}`}
                onClick={() => saveBytes(`${fileName(certificate)}.cer`, derOf(certificate.pem), "application/pkix-cert")}
              >
                {t("download.cer")}
              </Button>
            </span>
          </CardBody>
        </Card>
      ))}
    </section>
  );
}

/** `2026-samlSigning.example.com`: the year says which is which in a folder. */
function fileName({ notBefore, commonName }: SigningCertificate): string {
  return `${new Date(notBefore).getUTCFullYear()}-${commonName}`;
}

function Both({ at }: { at: string }) {
  return (
    <time dateTime={at}>
      {utcTime(at)} · {localTime(at)} {t("rotation.local")}
    </time>
  );
}
