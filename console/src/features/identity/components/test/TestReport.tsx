import { Alert, Content, Label, List, ListItem, ProgressStep, ProgressStepper, Title } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Link } from "react-router";
import { useAllowed } from "../../../../api/customer";
import type { ConnectionTest, MappedClaim, RawClaim, Refusal, SignatureResult } from "../../../../api/contract/tests";
import { tracesRoute } from "../../../../app/links";
import { t } from "../../../../i18n";
import { algorithmName, claimLabel, settingLabel } from "../../../../i18n/settings";
import { XmlMessage } from "../../../../ui/XmlMessage";

interface Props {
  test: ConnectionTest;
  /** Leads to the field of a setting; absent where settings cannot be edited. */
  onSetting?: (setting: string) => void;
}

/**
 * What a test has found out: what would be refused and why, each signature, the claims as they came and as they were read, the steps and
 * the message itself.
 */
export function TestReport({ test, onSetting }: Props) {
  return (
    <div className="cw-stack">
      {test.state === "passed" && <Alert isInline variant="success" title={t("bench.passed")} />}
      {test.refusals.map((refusal) => (
        <RefusalAlert key={refusal.code + refusal.setting} refusal={refusal} onSetting={onSetting} />
      ))}
      <Signatures signatures={test.signatures} />
      <Mapped claims={test.mapped} />
      <Raw claims={test.rawClaims} />
      <Steps test={test} />
      {test.messageXml !== "" && <XmlMessage folded label={t("bench.message")} fileName="response.xml" xml={test.messageXml} />}
      <TraceLink transactionId={test.transactionId} />
    </div>
  );
}

function RefusalAlert({ refusal, onSetting }: { refusal: Refusal; onSetting: Props["onSetting"] }) {
  const { detail, hint, setting } = refusal;
  return (
    <Alert isInline variant="danger" title={detail}>
      {hint !== "" && <p>{hint}</p>}
      {setting !== "" &&
        (onSetting === undefined ? (
          <p>{t("saml.test.setting", { setting: settingLabel(setting) })}</p>
        ) : (
          <p>
            <button type="button" className="pf-v6-c-button pf-m-link pf-m-inline" onClick={() => onSetting(setting)}>
              {t("bench.setting", { setting: settingLabel(setting) })}
            </button>
          </p>
        ))}
      <p className="cw-transaction">{refusal.code}</p>
    </Alert>
  );
}

function Signatures({ signatures }: { signatures: readonly SignatureResult[] }) {
  if (signatures.length === 0) return null;
  return (
    <section>
      <Title headingLevel="h3" size="md">
        {t("bench.signatures")}
      </Title>
      <Table aria-label={t("bench.signatures")} variant="compact">
        <Thead>
          <Tr>
            <Th>{t("bench.element")}</Th>
            <Th>{t("bench.result")}</Th>
            <Th>{t("bench.algorithm")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {signatures.map((signature) => (
            <Tr key={signature.element}>
              <Td dataLabel={t("bench.element")}>{signature.element}</Td>
              <Td dataLabel={t("bench.result")}>
                <SignatureLabel signature={signature} />
                {signature.detail !== "" && <Content component="small">{signature.detail}</Content>}
              </Td>
              <Td dataLabel={t("bench.algorithm")} modifier="breakWord">
                <Algorithm uri={signature.algorithm} />
                {signature.certificate !== "" && (
                  <Content component="small" className="cw-transaction">
                    {t("saml.certificate.fingerprint", { fingerprint: signature.certificate })}
                  </Content>
                )}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </section>
  );
}

/** An algorithm by name, with its identifier. */
function Algorithm({ uri }: { uri: string }) {
  if (uri === "") return <span className="cw-none">{t("value.none")}</span>;
  const name = algorithmName(uri);
  if (name === "") return uri;
  return (
    <>
      {name}
      <Content component="small" className="cw-transaction">
        {uri}
      </Content>
    </>
  );
}

function SignatureLabel({ signature: { present, verified } }: { signature: SignatureResult }) {
  if (!present) return <Label>{t("bench.signature.absent")}</Label>;
  return <Label status={verified ? "success" : "danger"}>{verified ? t("bench.signature.verified") : t("bench.signature.wrong")}</Label>;
}

function Mapped({ claims }: { claims: readonly MappedClaim[] }) {
  if (claims.length === 0) return null;
  return (
    <section>
      <Title headingLevel="h3" size="md">
        {t("bench.mapped")}
      </Title>
      <Table aria-label={t("bench.mapped")} variant="compact">
        <Thead>
          <Tr>
            <Th>{t("bench.claim")}</Th>
            <Th>{t("bench.attribute")}</Th>
            <Th>{t("saml.test.value")}</Th>
            <Th>{t("saml.test.source")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {claims.map(({ claim, attribute, value, source, detail }) => (
            <Tr key={claim}>
              <Td dataLabel={t("bench.claim")}>{claimLabel(claim)}</Td>
              <Td dataLabel={t("bench.attribute")} modifier="breakWord">
                {attribute || <span className="cw-none">{t("value.none")}</span>}
              </Td>
              <Td dataLabel={t("saml.test.value")} modifier="breakWord">
                {value || <span className="cw-none">{t("value.none")}</span>}
                {detail !== "" && <Content component="small">{detail}</Content>}
              </Td>
              <Td dataLabel={t("saml.test.source")}>{t(`saml.source.${source}`)}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </section>
  );
}

function Raw({ claims }: { claims: readonly RawClaim[] }) {
  if (claims.length === 0) return null;
  return (
    <section>
      <Title headingLevel="h3" size="md">
        {t("bench.raw")}
      </Title>
      <Table aria-label={t("bench.raw")} variant="compact">
        <Thead>
          <Tr>
            <Th>{t("bench.attribute")}</Th>
            <Th>{t("bench.values")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {claims.map(({ name, nameFormat, values, encrypted }) => (
            <Tr key={name + nameFormat}>
              <Td dataLabel={t("bench.attribute")} modifier="breakWord">
                {name} {encrypted && <Label isCompact>{t("bench.encrypted")}</Label>}
                {nameFormat !== "" && <Content component="small">{nameFormat}</Content>}
              </Td>
              <Td dataLabel={t("bench.values")} modifier="breakWord">
                <List isPlain>
                  {values.map((value, index) => (
                    <ListItem key={`${index}-${value}`}>{value || <span className="cw-none">{t("bench.empty")}</span>}</ListItem>
                  ))}
                </List>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </section>
  );
}

const variantOf = { passed: "success", failed: "danger", info: "info", not_done: "pending" } as const;

function Steps({ test }: { test: ConnectionTest }) {
  if (test.steps.length === 0) return null;
  return (
    <section>
      <Title headingLevel="h3" size="md">
        {t("traces.steps")}
      </Title>
      <ProgressStepper isVertical aria-label={t("traces.steps")} className="cw-gap">
        {test.steps.map((step, index) => (
          <ProgressStep
            key={`${index}-${step.step}`}
            id={`bench-step-${index}`}
            titleId={`bench-step-${index}-title`}
            variant={variantOf[step.status]}
            aria-label={t(`traces.status.${step.status}`)}
            description={<span className="cw-break">{step.detail}</span>}
          >
            {step.title}
          </ProgressStep>
        ))}
      </ProgressStepper>
    </section>
  );
}

function TraceLink({ transactionId }: { transactionId: string }) {
  const mayTraces = useAllowed(tracesRoute.needs);
  return (
    <p className="cw-transaction">
      {t("problem.transaction", { id: transactionId })}{" "}
      {mayTraces && <Link to={tracesRoute.link(undefined, { transactionId })}>{t("saml.test.trace")}</Link>}
    </p>
  );
}
