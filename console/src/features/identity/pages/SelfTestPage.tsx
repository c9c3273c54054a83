import { Alert, Button, Content, Label, PageSection } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { SelfTest } from "../../../api/contract/tests";
import { t } from "../../../i18n";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useSelfTest } from "../federationQueries";
import { selfTestRoute } from "../routes";

/** Runs hostile and good messages against the running verifier and shows each verdict. */
export default function SelfTestPage() {
  const selfTest = useSelfTest();
  return (
    <>
      <PageHeader
        route={selfTestRoute}
        description={t("selftest.lead")}
        actions={
          <Button isLoading={selfTest.isPending} isDisabled={selfTest.isPending} onClick={() => selfTest.mutate()}>
            {t("selftest.run")}
          </Button>
        }
      />
      <PageSection>
        <div aria-live="polite">
          <ProblemAlert error={selfTest.error} />
          {selfTest.data && <Result result={selfTest.data} />}
        </div>
      </PageSection>
    </>
  );
}

function Result({ result: { items, passed } }: { result: SelfTest }) {
  const wrong = items.filter(({ ok }) => !ok);
  const sorted = [...wrong, ...items.filter(({ ok }) => ok)];
  return (
    <>
      <Alert
        isInline
        variant={passed ? "success" : "danger"}
        title={passed ? t("selftest.passed", { count: items.length }) : t("selftest.failed", { wrong: wrong.length, count: items.length })}
      />
      <Table aria-label={t("selftest.table")} variant="compact">
        <Thead>
          <Tr>
            <Th>{t("selftest.case")}</Th>
            <Th>{t("selftest.group")}</Th>
            <Th>{t("selftest.expected")}</Th>
            <Th>{t("selftest.got")}</Th>
            <Th>{t("selftest.verdict")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {sorted.map(({ name, title, group, expected, expectedText, got, gotText, ok }) => (
            <Tr key={name}>
              <Td dataLabel={t("selftest.case")} modifier="breakWord">
                <Said text={title} code={name} />
              </Td>
              <Td dataLabel={t("selftest.group")}>{t(`selftest.group.${group}`)}</Td>
              <Td dataLabel={t("selftest.expected")} modifier="breakWord">
                <Said text={expectedText} code={expected} />
              </Td>
              <Td dataLabel={t("selftest.got")} modifier="breakWord">
                <Said text={gotText} code={got} />
              </Td>
              <Td dataLabel={t("selftest.verdict")}>
                <Label isCompact status={ok ? "success" : "danger"}>
                  {ok ? t("selftest.ok") : t("selftest.wrong")}
                </Label>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </>
  );
}

/** A sentence with its code below; the code alone where there is no sentence. */
function Said({ text, code }: { text: string; code: string }) {
  if (text === "") return code;
  return (
    <>
      {text}
      <Content component="small" className="cw-transaction">
        {code}
      </Content>
    </>
  );
}
