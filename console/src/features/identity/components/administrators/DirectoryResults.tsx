import { Alert, Content, Label, List, ListItem, Radio } from "@patternfly/react-core";
import type { DirectoryFound, DirectoryPrincipal } from "../../../../api/contract/directory";
import { t } from "../../../../i18n";
import { Field } from "../../../../ui/Field";

interface Props {
  found: DirectoryFound;
  chosen: DirectoryPrincipal | null;
  error: string | undefined;
  onChoose: (principal: DirectoryPrincipal) => void;
}

/** What the search has found, to choose one; domains that could not be asked are named. */
export function DirectoryResults({ found, chosen, error, onChoose }: Props) {
  return (
    <>
      {found.uncertain.length > 0 && (
        <Alert isInline variant="warning" title={t("directoryadmin.uncertain")}>
          <List>
            {found.uncertain.map(({ domain, text }) => (
              <ListItem key={domain}>
                {domain}: {text}
              </ListItem>
            ))}
          </List>
        </Alert>
      )}
      <Field id="directory-results" label={t("directoryadmin.results")} error={error}>
        {found.items.length === 0 && <Content component="p">{t("directoryadmin.none")}</Content>}
        {found.items.map((principal) => (
          <Radio
            key={principal.sid}
            id={`found-${principal.sid}`}
            className="cw-choice"
            name="directory-results"
            aria-invalid={error !== undefined}
            label={
              <>
                {principal.displayName || principal.name}{" "}
                <Label isCompact variant="outline">
                  {t(`directoryadmin.${principal.kind}`)}
                </Label>
              </>
            }
            description={[principal.upn || principal.sam, principal.domain, principal.description].filter((part) => part !== "").join(" · ")}
            isChecked={principal.sid === chosen?.sid}
            onChange={() => onChoose(principal)}
          />
        ))}
      </Field>
    </>
  );
}
