import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation } from "react-router";
import { api } from "../api/client";
import type { Me } from "../api/contract/session";
import { signInUrl } from "../api/session";
import { t } from "../i18n";

const lookMillis = 3_000;

/**
 * Appears when the session has ended while the console is open. Signing in happens in another tab, so that nothing typed here is
 * lost; when the same person is back at the same customer, the dialog goes away by itself.
 */
export default function ReauthDialog({ me, onBack }: { me: Me; onBack: () => void }) {
  const queries = useQueryClient();
  const location = useLocation();
  const page = me.identityProvider.signInPath;

  useEffect(() => {
    const look = async () => {
      const { data } = await api.GET("/v1/me").catch(() => ({ data: undefined }));
      if (data === undefined) return;
      if (data.login.id !== me.login.id || data.customer?.id !== me.customer?.id) {
        window.location.assign("/"); // another person or customer: what stands here is not his
        return;
      }
      onBack();
      await queries.invalidateQueries();
    };
    const timer = window.setInterval(() => void look(), lookMillis);
    return () => window.clearInterval(timer);
  }, [me, onBack, queries]);

  return (
    <Modal variant="small" isOpen aria-labelledby="reauth-title" aria-describedby="reauth-body">
      <ModalHeader title={t("session.ended.title")} labelId="reauth-title" />
      <ModalBody id="reauth-body">{t("session.ended.body")}</ModalBody>
      <ModalFooter>
        <Button component="a" href={signInUrl("/signed-in", page)} target="_blank" rel="noopener">
          {t("session.ended.newtab")}
        </Button>
        <Button variant="link" component="a" href={signInUrl(location.pathname + location.search, page)}>
          {t("session.ended.here")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
