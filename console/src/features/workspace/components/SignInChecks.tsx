import { Alert, Button, Content, Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { SignInCheck } from "../../../api/contract/customDomain";
import { t } from "../../../i18n";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useSignInChecks } from "../domainQueries";

/** Begins a sign-in at each address and shows where it leads (SSO-199). */
export function SignInChecks() {
  const check = useSignInChecks();
  return (
    <section className="cw-gap" aria-labelledby="sign-in-checks">
      <Content component="h3" id="sign-in-checks">
        {t("domain.check.title")}
      </Content>
      <Content component="p">{t("domain.check.lead")}</Content>
      <Button variant="secondary" isLoading={check.isPending} isDisabled={check.isPending} onClick={() => check.mutate()}>
        {t("domain.check.run")}
      </Button>
      <div className="cw-gap" aria-live="polite">
        <ProblemAlert error={check.error} />
        {check.data && <Result checks={check.data.items} />}
      </div>
    </section>
  );
}

function Result({ checks }: { checks: readonly SignInCheck[] }) {
  const wrong = checks.filter(({ ok }) => !ok).length;
  return (
    <>
      <Alert
        isInline
        variant={wrong === 0 ? "success" : "danger"}
        title={wrong === 0 ? t("domain.check.passed") : t("domain.check.failed", { wrong, count: checks.length })}
      />
      <Table aria-label={t("domain.check.title")} variant="compact">
        <Thead>
          <Tr>
            <Th width={30}>{t("domain.check.address")}</Th>
            <Th width={40}>{t("domain.check.leads")}</Th>
            <Th width={30}>{t("domain.check.result")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {checks.map((check) => (
            <Tr key={check.kind}>
              <Td dataLabel={t("domain.check.address")} modifier="breakWord">
                <div>
                  {t(`domain.check.kind.${check.kind}`)}
                  <Content component="small">{check.url}</Content>
                </div>
              </Td>
              <Td dataLabel={t("domain.check.leads")} modifier="breakWord">
                <Way check={check} />
              </Td>
              <Td dataLabel={t("domain.check.result")} modifier="breakWord">
                <Verdict check={check} />
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </>
  );
}

/** Where the request goes, and where the answer would. */
function Way({ check: { destination, acsUrl } }: { check: SignInCheck }) {
  if (destination === "") return <span className="cw-none">{t("domain.check.nowhere")}</span>;
  return (
    <div>
      <p>{t("domain.check.request", { url: destination })}</p>
      <p>{t("domain.check.answer", { url: acsUrl })}</p>
    </div>
  );
}

/** Passed, or what is wrong and what to change. */
function Verdict({ check: { ok, detail, hint } }: { check: SignInCheck }) {
  return (
    <div>
      <Label isCompact status={ok ? "success" : "danger"}>
        {ok ? t("domain.check.ok") : t("domain.check.wrong")}
      </Label>
      {!ok && <p>{detail}</p>}
      {!ok && hint !== "" && <p>{hint}</p>}
    </div>
  );
}
