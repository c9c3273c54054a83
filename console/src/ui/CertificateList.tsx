import { Button, Content, Label, List, ListItem } from "@patternfly/react-core";
import { TrashIcon } from "@patternfly/react-icons";
import type { IdpCertificate } from "../api/contract/saml";
import { t } from "../i18n";
import { localTime } from "./time";
import { useNow } from "./useNow";

interface Props {
  label: string;
  certificates: readonly IdpCertificate[];
  /** Absent where the list is only looked at. */
  onRemove?: (certificate: IdpCertificate) => void;
}

/** File name, subject and expiry of each certificate; an expired one is marked (SAM-122). */
export function CertificateList({ label, certificates, onRemove }: Props) {
  const now = useNow();
  if (certificates.length === 0) return null;
  return (
    <List isPlain aria-label={label}>
      {certificates.map((certificate) => (
        <ListItem key={certificate.fingerprint}>
          <div className="cw-certificate">
            <div className="cw-break">
              <strong>{certificate.fileName || certificate.subject}</strong>{" "}
              {new Date(certificate.notAfter).getTime() < now && (
                <Label isCompact status="danger">
                  {t("saml.certificate.expired")}
                </Label>
              )}
              <Content component="small">
                {t("saml.certificate.subject", { subject: certificate.subject, date: localTime(certificate.notAfter) })}
              </Content>
              <Content component="small" className="cw-transaction">
                {t("saml.certificate.fingerprint", { fingerprint: certificate.fingerprint })}
              </Content>
            </div>
            {onRemove !== undefined && (
              <Button
                variant="plain"
                icon={<TrashIcon />}
                aria-label={t("saml.certificate.remove", { name: certificate.fileName || certificate.subject })}
                onClick={() => onRemove(certificate)}
              />
            )}
          </div>
        </ListItem>
      ))}
    </List>
  );
}
