import { Content, Switch } from "@patternfly/react-core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { ConnectionDraft, ConnectionDraftChange } from "../../../../api/contract/drafts";
import { t } from "../../../../i18n";
import { ProblemAlert } from "../../../../ui/ProblemAlert";

interface Props {
  draft: ConnectionDraft;
  change: UseMutationResult<ConnectionDraft, Error, ConnectionDraftChange>;
}

/** Switches the scoped entity ID; the server makes it at once, and it is shown before anything is saved (SAM-008). */
export function ScopedEntityId({ draft, change }: Props) {
  return (
    <div className="cw-switch">
      <Switch
        id="saml-scoped"
        label={t("saml.scoped")}
        isChecked={draft.settings.scopedEntityId}
        isDisabled={change.isPending}
        onChange={(_, on) => change.mutate({ settings: { scopedEntityId: on } })}
      />
      <Content component="small">{t("saml.scoped.help")}</Content>
      <ProblemAlert error={change.error} />
    </div>
  );
}
