import { Alert, Bullseye, Content, List, ListItem, Spinner } from "@patternfly/react-core";
import { ApiError } from "../../../api/problem";
import { t, tn } from "../../../i18n";
import { Nothing } from "../../../ui/DataState";
import { LoadMore } from "../../../ui/LoadMore";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import type { useDirectorySearch } from "../queries";
import { FoundTable } from "./FoundTable";

interface Props extends Omit<Parameters<typeof FoundTable>[0], "found"> {
  search: ReturnType<typeof useDirectorySearch>;
  /** The text that was asked for; "" = nothing yet. */
  text: string;
}

/** What the directories answered so far, and which of them did not. */
export function SearchResults({ search, text, ...table }: Props) {
  if (text === "") {
    return (
      <Content component="p" className="cw-none">
        {t("assign.begin")}
      </Content>
    );
  }
  if (search.error && !(search.error instanceof ApiError && search.error.field("q"))) return <ProblemAlert error={search.error} />;
  if (search.data === undefined) {
    return search.isFetching ? (
      <Bullseye>
        <Spinner aria-label={t("assign.busy")} />
      </Bullseye>
    ) : null;
  }
  const { pages } = search.data;
  const found = pages.flatMap(({ items }) => items);
  const uncertain = new Map(pages.flatMap((page) => page.uncertain).map((domain) => [domain.domain, domain.text]));
  const cut = [...new Set(pages.flatMap((page) => page.cut))];
  return (
    <div className="cw-stack" aria-busy={search.isFetching}>
      {uncertain.size > 0 && (
        <Alert isInline isLiveRegion variant="warning" title={t("assign.uncertain")}>
          <List>
            {[...uncertain].map(([domain, sentence]) => (
              <ListItem key={domain}>{sentence}</ListItem>
            ))}
          </List>
        </Alert>
      )}
      {cut.length > 0 && <Alert isInline isPlain variant="info" title={t("assign.cut", { domains: cut.join(", ") })} />}
      <span className="pf-v6-screen-reader" role="status">
        {search.isFetching ? t("assign.busy") : tn("assign.results.count", found.length)}
      </span>
      {found.length === 0 ? (
        <Nothing filtered title={t("assign.nobody.title")}>
          {uncertain.size > 0 ? t("assign.nobody.uncertain") : t("assign.nobody.body")}
        </Nothing>
      ) : (
        <>
          <FoundTable found={found} {...table} />
          <LoadMore shown={found.length} list={search} />
        </>
      )}
    </div>
  );
}
