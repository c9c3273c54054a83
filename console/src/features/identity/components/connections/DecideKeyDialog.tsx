import { Alert, Content } from "@patternfly/react-core";
import type { KeyProposal } from "../../../../api/contract/connections";
import { t } from "../../../../i18n";
import { ConfirmDialog } from "../../../../ui/ConfirmDialog";
import { Time } from "../../../../ui/Time";
import { Values } from "../../../../ui/Values";
import { useConnectionActions } from "../../federationQueries";

interface Props {
  connectionId: string;
  proposal: KeyProposal;
  accept: boolean;
  onClose: () => void;
}

/** Asks before a key of the metadata is trusted, or is not to be; what has to be compared stands there once more. */
export function DecideKeyDialog({ connectionId, proposal, accept, onClose }: Props) {
  const { decide } = useConnectionActions(connectionId);
  return (
    <ConfirmDialog
      danger={!accept}
      title={t(accept ? "proposals.accept.title" : "proposals.reject.title")}
      confirm={t(accept ? "proposals.accept" : "proposals.reject")}
      busy={decide.isPending}
      error={decide.error}
      onConfirm={() => decide.mutate({ proposalId: proposal.id, accept }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Content component="p">{t(accept ? "proposals.accept.body" : "proposals.reject.body")}</Content>
      <Values
        rows={[
          { label: t("proposals.subject"), value: proposal.subject },
          {
            label: t("proposals.validity"),
            value: (
              <>
                <Time at={proposal.notBefore} /> – <Time at={proposal.notAfter} />
              </>
            ),
          },
          { label: t("proposals.fingerprint"), value: <span className="cw-transaction">{proposal.fingerprint}</span> },
        ]}
      />
      {accept && !proposal.signedByTrustedKey && (
        <Alert isInline variant="warning" title={t("proposals.unvouched")}>
          {t("proposals.unvouched.body")}
        </Alert>
      )}
    </ConfirmDialog>
  );
}
