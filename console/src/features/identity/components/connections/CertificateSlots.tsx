import { Button, Content, Label, List, ListItem } from "@patternfly/react-core";
import { useState } from "react";
import type { Connection } from "../../../../api/contract/connections";
import type { IdpCertificate } from "../../../../api/contract/saml";
import { t } from "../../../../i18n";
import { ConfirmDialog } from "../../../../ui/ConfirmDialog";
import { Time } from "../../../../ui/Time";
import { useConnectionActions } from "../../federationQueries";
import { UploadCertificateDialog } from "./UploadCertificateDialog";

const look = { ok: "success", expiringSoon: "warning", expired: "danger", notYetValid: "info" } as const;

/** Places for certificates in a connection. */
const slots = [1, 2];

/** Whether a certificate can go into a slot that is empty or expired: where the operator lets a connection have one, nothing goes beside a valid one. */
export const takesCertificate = ({ secondCertificate, settings }: Connection) =>
  secondCertificate || settings.certificates.every(({ state }) => state === "expired");

/** File name, expiry, slot and common name of each certificate; no download of it (SSO-244). An expired one is replaced in its slot (SSO-240). */
export function CertificateSlots({ connection, etag }: { connection: Connection; etag: string }) {
  const { certificates } = connection.settings;
  const [uploading, setUploading] = useState<number | null>(null);
  const [removing, setRemoving] = useState<IdpCertificate | null>(null);
  const remove = useConnectionActions(connection.id, etag).remove;
  const free = slots.find((slot) => certificates.every((each) => each.slot !== slot));
  const takes = takesCertificate(connection);
  // Where a connection has one certificate, the one that expired is replaced in its slot.
  const adds = free !== undefined && (connection.secondCertificate || certificates.length === 0);
  const valid = certificates.filter(({ state }) => state === "ok" || state === "expiringSoon").length;
  return (
    <>
      <List isPlain isBordered>
        {certificates.map((certificate) => (
          <ListItem key={certificate.slot}>
            <div className="cw-header">
              <div className="cw-break">
                <strong>{certificate.fileName || certificate.commonName}</strong>{" "}
                <Label isCompact variant="outline">
                  {t("slots.slot", { slot: certificate.slot })}
                </Label>{" "}
                <Label isCompact status={look[certificate.state]}>
                  {t(`slots.state.${certificate.state}`)}
                </Label>
                <Content component="small">
                  {t("slots.expires")} <Time at={certificate.notAfter} /> · CN={certificate.commonName}
                </Content>
                <Content component="small" className="cw-transaction">
                  {t("saml.certificate.fingerprint", { fingerprint: certificate.fingerprint })}
                </Content>
              </div>
              <span className="cw-buttons">
                {certificate.state === "expired" && takes && (
                  <Button variant="secondary" size="sm" onClick={() => setUploading(certificate.slot)}>
                    {t("slots.upload")}
                  </Button>
                )}
                {(certificate.state === "expired" ? certificates.length > 1 : valid > 1) && (
                  <Button variant="link" isDanger size="sm" aria-label={t("saml.certificate.remove", { name: certificate.fileName })} onClick={() => setRemoving(certificate)}>
                    {t("slots.remove")}
                  </Button>
                )}
              </span>
            </div>
          </ListItem>
        ))}
      </List>
      {adds ? (
        <Button variant="secondary" className="cw-gap" onClick={() => setUploading(free)}>
          {t("slots.add")}
        </Button>
      ) : (
        (connection.secondCertificate || !takes) && (
          <Content component="p" className="cw-gap">
            {t(connection.secondCertificate ? "slots.full" : "slots.single")}
          </Content>
        )
      )}
      {uploading !== null && <UploadCertificateDialog connectionId={connection.id} etag={etag} slot={uploading} onClose={() => setUploading(null)} />}
      {removing !== null && (
        <ConfirmDialog
          danger
          title={t("slots.remove.title", { name: removing.fileName || removing.commonName })}
          confirm={t("slots.remove")}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(removing.slot, { onSuccess: () => setRemoving(null) })}
          onClose={() => {
            remove.reset();
            setRemoving(null);
          }}
        >
          {t("slots.remove.body")}
        </ConfirmDialog>
      )}
    </>
  );
}
