import { Bullseye, Button, Content } from "@patternfly/react-core";
import { t, tn } from "../i18n";
import { ProblemAlert } from "./ProblemAlert";

interface Props {
  shown: number;
  more: boolean;
  busy: boolean;
  error: unknown;
  onMore: () => void;
}

/** The end of a list that is read page by page. */
export function LoadMore({ shown, more, busy, error, onMore }: Props) {
  return (
    <Bullseye className="cw-gap">
      <div className="cw-centre">
        <Content component="small" aria-live="polite">
          {tn("list.shown", shown)} {more ? "" : t("list.end")}
        </Content>
        <ProblemAlert error={error} />
        {more && (
          <Button variant="secondary" isLoading={busy} isDisabled={busy} onClick={onMore}>
            {t("list.more")}
          </Button>
        )}
      </div>
    </Bullseye>
  );
}
