import { Alert, Button, Card, CardBody, CardFooter, CardTitle, Content, Label, LabelGroup, List, ListItem } from "@patternfly/react-core";
import { useNavigate } from "react-router";
import type { DirectoryPrincipal } from "../../../api/contract/directory";
import type { Offering } from "../../../api/contract/library";
import { ApiError, asApiError } from "../../../api/problem";
import { t, tn } from "../../../i18n";
import { useDraft } from "../../../ui/useDraft";
import { useSearchState } from "../../../ui/useSearchState";
import { useSettled } from "../../../ui/useSettled";
import { type DirectorySearch, type NotAssigned, useAssign, useAssignments, useDirectorySearch } from "../queries";
import { offeringRoute } from "../routes";
import { labelOf } from "./FoundTable";
import { SearchFields } from "./SearchFields";
import { SearchResults } from "./SearchResults";

/** How long nobody must have typed before the directories are asked. */
const settleMillis = 300;

/** Finds users and groups through the connectors and assigns those who are chosen (IAM-029, IAM-034). The choice outlives the page. */
export function AssignForm({ offering }: { offering: Offering }) {
  const [text, setText] = useSearchState("q");
  const [domain, setDomain] = useSearchState("domain");
  const [kindText, setKind] = useSearchState("kind", "any");
  const kind = kindText === "user" || kindText === "group" ? kindText : "any";
  const [chosen, setChosen, forget] = useDraft<readonly DirectoryPrincipal[]>(`library.assign.${offering.id}`, []);
  const settled = useSettled(text.trim(), settleMillis);
  const search = useDirectorySearch({ text: settled, domain, kind });
  const assignments = useAssignments(offering.id);
  const assign = useAssign(offering.id);
  const navigate = useNavigate();

  const back = () => {
    forget();
    void navigate(offeringRoute.link({ offeringId: offering.id }));
  };
  const change = (part: Partial<DirectorySearch>) => {
    if (part.text !== undefined) setText(part.text);
    if (part.domain !== undefined) setDomain(part.domain);
    if (part.kind !== undefined) setKind(part.kind);
  };
  const choose = (principal: DirectoryPrincipal, on: boolean) =>
    setChosen((old) => [...old.filter(({ sid }) => sid !== principal.sid), ...(on ? [principal] : [])]);
  const save = () =>
    assign.mutate(chosen, {
      onSuccess: (refused) => (refused.length === 0 ? back() : setChosen(refused.map(({ principal }) => principal))),
    });

  return (
    <div className="cw-columns">
      <div className="cw-stack">
        <SearchFields
          search={{ text, domain, kind }}
          error={search.error instanceof ApiError ? search.error.field("q") : undefined}
          onChange={change}
        />
        <SearchResults
          search={search}
          text={settled}
          chosen={new Set(chosen.map(({ sid }) => sid))}
          assigned={new Set(assignments.data?.pages.flatMap(({ items }) => items.map(({ sid }) => sid)))}
          onChoose={choose}
        />
      </div>
      <Card className="cw-chosen">
        <CardTitle component="h2">{t("assign.chosen")}</CardTitle>
        <CardBody>
          <Refused refused={assign.data ?? []} />
          {chosen.length === 0 ? (
            <Content component="p" className="cw-none">
              {t("assign.chosen.none")}
            </Content>
          ) : (
            <LabelGroup numLabels={chosen.length} aria-label={t("assign.chosen")}>
              {chosen.map((principal) => (
                <Label
                  key={principal.sid}
                  closeBtnAriaLabel={t("assign.chosen.remove", { name: labelOf(principal) })}
                  onClose={() => choose(principal, false)}
                >
                  {labelOf(principal)} · {principal.domain}
                </Label>
              ))}
            </LabelGroup>
          )}
        </CardBody>
        <CardFooter>
          <div className="cw-buttons">
            <Button isDisabled={chosen.length === 0 || assign.isPending} isLoading={assign.isPending} onClick={save}>
              {t("assign.save")}
            </Button>
            <Button variant="link" onClick={back}>
              {t("action.cancel")}
            </Button>
          </div>
        </CardFooter>
      </Card>
    </div>
  );
}

function Refused({ refused }: { refused: readonly NotAssigned[] }) {
  if (refused.length === 0) return null;
  return (
    <Alert isInline isLiveRegion variant="danger" title={tn("assign.refused", refused.length)}>
      <p>{t("assign.refused.rest")}</p>
      <List>
        {refused.map(({ principal, error }) => {
          const { detail, hint } = asApiError(error, t("error.unexpected")).problem;
          return (
            <ListItem key={principal.sid}>
              <strong>{labelOf(principal)}</strong>: {detail} {hint}
            </ListItem>
          );
        })}
      </List>
    </Alert>
  );
}
