import { Alert, AlertActionLink } from "@patternfly/react-core";
import { useState } from "react";
import { Link } from "react-router";
import type { Connection } from "../../../../api/contract/connections";
import { customSamlRoute } from "../../../../app/links";
import { t } from "../../../../i18n";
import { localTime } from "../../../../ui/time";
import { takesCertificate } from "./CertificateSlots";
import { UploadCertificateDialog } from "./UploadCertificateDialog";

/** An expired certificate keeps people out unless another one of the application is valid. */
const expiredLook = (certificates: readonly { state: string }[]) =>
  certificates.some(({ state }) => state === "ok" || state === "expiringSoon") ? ("warning" as const) : ("danger" as const);

/** The warning from 30 days before a certificate's expiry on, and the error after it, in the documented words (SSO-238, SSO-239). */
export function CertificateBanners({ connection, etag }: { connection: Connection; etag: string }) {
  const [uploading, setUploading] = useState<number | null>(null);
  const { certificates } = connection.settings;
  const custom = connection.customDomain?.certificates ?? [];
  return (
    <>
      {certificates.map(({ slot, state, notAfter, message }) => {
        if (state === "expired") {
          return (
            <Alert
              key={slot}
              isInline
              variant={expiredLook(certificates)}
              title={message || t("connection.expired")}
              actionLinks={takesCertificate(connection) && <AlertActionLink onClick={() => setUploading(slot)}>{t("slots.upload")}</AlertActionLink>}
            />
          );
        }
        if (state === "expiringSoon") {
          return <Alert key={slot} isInline variant="warning" title={message || t("connection.expiring", { date: localTime(notAfter) })} />;
        }
        return null;
      })}
      {custom.map(({ slot, state, notAfter, message }) => {
        if (state !== "expired" && state !== "expiringSoon") return null;
        return (
          <Alert
            key={`custom-${slot}`}
            isInline
            variant={state === "expired" ? expiredLook(custom) : "warning"}
            title={message || (state === "expired" ? t("connection.expired") : t("connection.expiring", { date: localTime(notAfter) }))}
            actionLinks={<Link to={customSamlRoute.link()}>{t("view.manage")}</Link>}
          >
            {t("view.certificate.custom")}
          </Alert>
        );
      })}
      {uploading !== null && <UploadCertificateDialog connectionId={connection.id} etag={etag} slot={uploading} onClose={() => setUploading(null)} />}
    </>
  );
}
