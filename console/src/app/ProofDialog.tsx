import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation } from "react-router";
import { api } from "../api/client";
import type { Problem } from "../api/contract/answer";
import { useMe } from "../api/customer";
import { useSettings } from "../api/identityCheck";
import { t } from "../i18n";
import { DataState } from "../ui/DataState";
import { IdentityStep } from "../ui/IdentityStep";
import { useOnTop } from "../ui/useOnTop";

interface Props {
  problem: Problem;
  onProved: () => void;
  onClose: () => void;
}

/** Stands before a change of how administrators get in: the person proves who is there, and the change goes on by itself. */
export default function ProofDialog({ problem, onProved, onClose }: Props) {
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby={titleId}>
      <ModalHeader title={t("proof.title")} labelId={titleId} />
      <Ways problem={problem} onProved={onProved} onClose={onClose} />
    </Modal>
  );
}

const titleId = "proof-title";

function Ways({ problem, onProved, onClose }: Props) {
  useOnTop(titleId);
  if (problem.signInAgain === undefined) return <ByCode onProved={onProved} onClose={onClose} />;
  return <ByProvider address={problem.signInAgain} hint={problem.hint} onProved={onProved} onClose={onClose} />;
}

function ByCode({ onProved, onClose }: Omit<Props, "problem">) {
  const settings = useSettings();
  const lead = (
    <Content component="p">
      {t("proof.body")} {t("check.app")}
    </Content>
  );
  return <DataState query={settings}>{(data) => <IdentityStep settings={data} lead={lead} onClose={onClose} onChecked={onProved} />}</DataState>;
}

const lookMillis = 3_000;

interface ProviderProps extends Omit<Props, "problem"> {
  address: string;
  hint: string;
}

/** Whom an identity provider signed in has no factor here: it asks him again, in a tab of its own, so that nothing typed here is lost. */
function ByProvider({ address, hint, onProved, onClose }: ProviderProps) {
  const me = useMe();
  const queries = useQueryClient();
  const location = useLocation();
  useEffect(() => {
    const look = async () => {
      const { data } = await api.GET("/v1/me").catch(() => ({ data: undefined }));
      if (data === undefined || data.session.signedInAt === me.session.signedInAt) return;
      if (data.login.id !== me.login.id || data.customer?.id !== me.customer?.id) {
        window.location.assign("/"); // another person or customer: what stands here is not his
        return;
      }
      await queries.invalidateQueries({ queryKey: ["me"] });
      onProved();
    };
    const timer = window.setInterval(() => void look(), lookMillis);
    return () => window.clearInterval(timer);
  }, [me, onProved, queries]);
  const to = (path: string) => `${address}&return=${encodeURIComponent(path)}`;
  return (
    <>
      <ModalBody>
        <Content component="p">{t("proof.provider", { provider: me.identityProvider.name })}</Content>
        <Content component="small">{hint}</Content>
      </ModalBody>
      <ModalFooter>
        <Button component="a" href={to("/signed-in")} target="_blank" rel="noopener">
          {t("session.ended.newtab")}
        </Button>
        <Button variant="link" component="a" href={to(location.pathname + location.search)}>
          {t("session.ended.here")}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </ModalFooter>
    </>
  );
}
