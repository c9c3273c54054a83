import { Bullseye, Button, Content } from "@patternfly/react-core";
import { t, tn } from "../i18n";
import { ProblemAlert } from "./ProblemAlert";

/** The part of an infinite query that says whether there is more, and asks for it. */
export interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage: () => unknown;
}

/** The end of a list that is read page by page. */
export function LoadMore({ shown, list }: { shown: number; list: Pages }) {
  return (
    <Bullseye className="cw-gap">
      <div className="cw-centre">
        <Content component="small" aria-live="polite">
          {tn("list.shown", shown)} {list.hasNextPage ? "" : t("list.end")}
        </Content>
        <ProblemAlert error={list.isFetchNextPageError ? list.error : null} />
        {list.hasNextPage && (
          <Button variant="secondary" isLoading={list.isFetchingNextPage} isDisabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("list.more")}
          </Button>
        )}
      </div>
    </Bullseye>
  );
}
