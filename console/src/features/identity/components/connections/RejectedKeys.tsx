import { Button, Content, List, ListItem } from "@patternfly/react-core";
import type { Connection } from "../../../../api/contract/connections";
import { t } from "../../../../i18n";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { Time } from "../../../../ui/Time";
import { useConnectionActions } from "../../federationQueries";
import { Section } from "../saml/Section";

/** Keys that no metadata bring back: rejected ones, and those of removed certificates. A trusted one was uploaded again since. */
export function RejectedKeys({ connection }: { connection: Connection }) {
  const trusted = new Set(connection.settings.certificates.map(({ fingerprint }) => fingerprint));
  const rejected = connection.keyProposals.filter(({ state, fingerprint }) => state === "rejected" && !trusted.has(fingerprint));
  const { offer } = useConnectionActions(connection.id);
  if (rejected.length === 0) return null;
  return (
    <Section title={t("rejected.title")} lead={t("rejected.lead")}>
      <ProblemAlert error={offer.error} />
      <List isPlain isBordered aria-label={t("rejected.title")}>
        {rejected.map(({ id, subject, fingerprint, decidedAt, decidedBy }) => (
          <ListItem key={id}>
            <div className="cw-header">
              <div className="cw-break">
                <strong>{subject}</strong>
                <Content component="small" className="cw-transaction">
                  {t("saml.certificate.fingerprint", { fingerprint })}
                </Content>
                {decidedAt !== null && (
                  <Content component="small">
                    {t("rejected.by", { name: decidedBy })} <Time at={decidedAt} />
                  </Content>
                )}
              </div>
              <Button
                variant="secondary"
                size="sm"
                aria-label={t("rejected.offer.named", { name: subject })}
                isDisabled={offer.isPending}
                onClick={() => offer.mutate(id)}
              >
                {t("rejected.offer")}
              </Button>
            </div>
          </ListItem>
        ))}
      </List>
    </Section>
  );
}
