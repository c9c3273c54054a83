import { Alert, Button, Content, Label, List, ListItem, Radio, Title } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import type { Domain } from "../../../api/contract/directory";
import { useAllowed } from "../../../api/customer";
import { t } from "../../../i18n";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useSetPrimary } from "../queries";
import { domainsRoute } from "../routes";
import { ResetDialog } from "./ResetDialog";

/**
 * The resource locations of a domain and which of them is preferred (CON-312). What is picked lives as long as the domain is
 * expanded: another one that is expanded throws it away (CON-319).
 */
export function PrimaryLocation({ domain }: { domain: Domain }) {
  const [choosing, setChoosing] = useState(false);
  const [saved, setSaved] = useState("");
  const mayChange = useAllowed(domainsRoute.needs);
  const { primaryLocation, locations } = domain;

  return (
    <div className="cw-stack">
      <Title headingLevel="h3" size="md">
        {t("domains.locations")}
      </Title>
      <Content component="p">{locations.length === 0 ? t("domains.locations.none") : t("domains.locations.lead")}</Content>
      {saved !== "" && <Alert isInline isLiveRegion variant="success" title={t("domains.primary.saved", { location: saved, domain: domain.name })} />}
      {choosing ? (
        <Choice
          domain={domain}
          onDone={(location) => {
            setChoosing(false);
            setSaved(location);
          }}
        />
      ) : (
        <>
          {locations.length > 0 && (
            <List isPlain aria-label={t("domains.locations")}>
              {locations.map((location) => (
                <ListItem key={location.id} className="cw-break">
                  {location.name} {location.id === primaryLocation?.id && <Label color="blue">{t("domains.primary")}</Label>}
                </ListItem>
              ))}
            </List>
          )}
          {locations.length > 0 && mayChange && (
            <div>
              <Button
                variant="secondary"
                onClick={() => {
                  setSaved("");
                  setChoosing(true);
                }}
              >
                {primaryLocation === null ? t("domains.primary.set") : t("domains.primary.change")}
              </Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}

/** `onDone` gets the name of the location that was saved; "" when nothing was, or the choice was reset. */
function Choice({ domain, onDone }: { domain: Domain; onDone: (location: string) => void }) {
  const present = domain.primaryLocation?.id ?? "";
  const [picked, setPicked] = useState(present);
  const [resetting, setResetting] = useState(false);
  const set = useSetPrimary(domain.name);
  const save = (event: FormEvent) => {
    event.preventDefault();
    set.mutate(picked, { onSuccess: ({ primaryLocation }) => onDone(primaryLocation?.name ?? "") });
  };
  return (
    <form onSubmit={save}>
      <div role="radiogroup" aria-label={t("domains.primary.choose", { name: domain.name })}>
        {domain.locations.map(({ id, name }) => (
          <Radio
            key={id}
            id={`primary-${domain.name}-${id}`}
            name={`primary-${domain.name}`}
            className="cw-choice"
            label={name}
            isChecked={picked === id}
            onChange={() => setPicked(id)}
          />
        ))}
      </div>
      <ProblemAlert error={set.error} />
      <div className="cw-buttons cw-gap">
        <Button type="submit" isDisabled={picked === "" || picked === present || set.isPending} isLoading={set.isPending}>
          {t("action.save")}
        </Button>
        {present !== "" && (
          <Button variant="secondary" isDanger onClick={() => setResetting(true)}>
            {t("domains.reset")}
          </Button>
        )}
        <Button variant="link" onClick={() => onDone("")}>
          {t("action.cancel")}
        </Button>
      </div>
      {resetting && <ResetDialog domain={domain} onDone={() => onDone("")} onClose={() => setResetting(false)} />}
    </form>
  );
}
