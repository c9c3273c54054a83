import { Alert } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { TestClaim } from "../../../../api/contract/drafts";
import { t } from "../../../../i18n";
import { claimLabel } from "../../../../i18n/settings";

/** What a passed test found out about the person, and where each value came from. */
export function TestClaims({ claims, mayFinish }: { claims: readonly TestClaim[]; mayFinish: boolean }) {
  return (
    <>
      <Alert isInline variant="success" title={t("saml.test.passed")}>
        {t(mayFinish ? "saml.test.passed.body" : "saml.test.passed.only")}
      </Alert>
      <Table aria-label={t("saml.test.claims")} variant="compact">
        <Thead>
          <Tr>
            <Th>{t("saml.test.claim")}</Th>
            <Th>{t("saml.test.value")}</Th>
            <Th>{t("saml.test.source")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {claims.map((claim) => (
            <Tr key={claim.name}>
              <Td dataLabel={t("saml.test.claim")}>{claimLabel(claim.name)}</Td>
              <Td dataLabel={t("saml.test.value")} modifier="breakWord">
                {claim.value === "" ? <span className="cw-none">{t("value.none")}</span> : claim.value}
              </Td>
              <Td dataLabel={t("saml.test.source")}>{t(`saml.source.${claim.source}`)}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </>
  );
}
