import { Alert, Button, Content, Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import type { Connection, KeyProposal } from "../../../../api/contract/connections";
import { t } from "../../../../i18n";
import { Time } from "../../../../ui/Time";
import { Section } from "../saml/Section";
import { DecideKeyDialog } from "./DecideKeyDialog";

/** Keys that the identity provider's metadata have and the connection does not trust yet, beside those that it trusts. */
export function KeyProposals({ connection }: { connection: Connection }) {
  const open = connection.keyProposals.filter(({ state }) => state === "proposed");
  const [deciding, setDeciding] = useState<{ proposal: KeyProposal; accept: boolean } | null>(null);
  if (open.length === 0) return null;
  return (
    <Section title={t("proposals.title")} lead={t("proposals.lead")}>
      {open.map((proposal) => (
        <div key={proposal.id} className="cw-gap">
          <Alert isInline isPlain variant={proposal.signedByTrustedKey ? "info" : "warning"} title={t(proposal.signedByTrustedKey ? "proposals.vouched" : "proposals.unvouched")}>
            {!proposal.signedByTrustedKey && t("proposals.unvouched.body")}
          </Alert>
          <Difference connection={connection} proposal={proposal} />
          <div className="cw-buttons cw-gap">
            <Button
              variant="secondary"
              aria-label={t("proposals.accept.named", { name: proposal.subject })}
              onClick={() => setDeciding({ proposal, accept: true })}
            >
              {t("proposals.accept")}
            </Button>
            <Button
              variant="link"
              isDanger
              aria-label={t("proposals.reject.named", { name: proposal.subject })}
              onClick={() => setDeciding({ proposal, accept: false })}
            >
              {t("proposals.reject")}
            </Button>
          </div>
        </div>
      ))}
      {deciding !== null && <DecideKeyDialog connectionId={connection.id} {...deciding} onClose={() => setDeciding(null)} />}
    </Section>
  );
}

/** What would be trusted in addition to what is trusted now. */
function Difference({ connection, proposal }: { connection: Connection; proposal: KeyProposal }) {
  const trusted = connection.settings.certificates.map((certificate) => ({ ...certificate, isNew: false }));
  const rows = [...trusted, { ...proposal, isNew: true }];
  return (
    <Table aria-label={t("proposals.difference")} variant="compact">
      <Thead>
        <Tr>
          <Th>{t("proposals.key")}</Th>
          <Th>{t("proposals.validity")}</Th>
          <Th>{t("proposals.standing")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {rows.map(({ fingerprint, subject, notBefore, notAfter, isNew }) => (
          <Tr key={fingerprint}>
            <Td dataLabel={t("proposals.key")} modifier="breakWord">
              {subject}
              <Content component="small" className="cw-transaction">
                {t("saml.certificate.fingerprint", { fingerprint })}
              </Content>
            </Td>
            <Td dataLabel={t("proposals.validity")}>
              <span>
                <Time at={notBefore} /> – <Time at={notAfter} />
              </span>
            </Td>
            <Td dataLabel={t("proposals.standing")}>
              <Label color={isNew ? "blue" : "green"}>{isNew ? t("proposals.standing.new") : t("proposals.standing.trusted")}</Label>
              {isNew && (
                <Content component="small">
                  {t("proposals.found")} <Time at={proposal.foundAt} />
                </Content>
              )}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
