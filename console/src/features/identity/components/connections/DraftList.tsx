import { Alert, List, ListItem } from "@patternfly/react-core";
import { Link } from "react-router";
import { t } from "../../../../i18n";
import { Time } from "../../../../ui/Time";
import { useDrafts } from "../../draftQueries";
import { samlDraftRoute } from "../../routes";

/** Connections that were begun and not finished, to go on with. Nothing when there are none. */
export function DraftList() {
  const drafts = useDrafts();
  const items = drafts.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Alert isInline variant="info" title={t("drafts.title")} className="cw-alert">
      <List isPlain>
        {items.map((draft) => (
          <ListItem key={draft.id}>
            <Link to={samlDraftRoute.link({ draftId: draft.id })}>{draft.nickname || draft.signInUrlId}</Link> {t("drafts.expires")}{" "}
            <Time at={draft.expiresAt} />
          </ListItem>
        ))}
      </List>
    </Alert>
  );
}
