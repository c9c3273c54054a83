import { PageSection, Stack, StackItem } from "@patternfly/react-core";
import type { ReactNode } from "react";
import { useParams } from "react-router";
import type { Trace } from "../../../api/contract/traces";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { useSearchState } from "../../../ui/useSearchState";
import { FailedCheck } from "../components/FailedCheck";
import { ShowValues } from "../components/ShowValues";
import { TraceFacts } from "../components/TraceFacts";
import { TraceMessages } from "../components/TraceMessages";
import { TraceSteps } from "../components/TraceSteps";
import { Outcome } from "../components/TraceTable";
import { useTrace } from "../queries";
import { traceRoute } from "../routes";

/** One sign-in or sign-out: what failed and which setting to change, each step, the decoded messages. */
export default function TracePage() {
  const { traceId = "" } = useParams();
  const [values, setValues] = useSearchState("values");
  const trace = useTrace(traceId, values === "true");
  const toggle = <ShowValues shown={values === "true"} onChange={(on) => setValues(on ? "true" : "")} />;
  if (trace.data) return <Ready trace={trace.data} actions={toggle} />;
  return (
    <>
      <PageHeader route={traceRoute} actions={toggle} />
      <PageSection>
        <DataState query={trace}>{() => null}</DataState>
      </PageSection>
    </>
  );
}

function Ready({ trace, actions }: { trace: Trace; actions: ReactNode }) {
  return (
    <>
      <PageHeader
        route={traceRoute}
        name={trace.person === "" ? t(`traces.detail.${trace.kind}.unknown`) : t(`traces.detail.${trace.kind}`, { person: trace.person })}
        badge={<Outcome trace={trace} />}
        actions={actions}
      />
      <PageSection>
        <Stack hasGutter>
          {trace.failedCheck !== null && (
            <StackItem>
              <FailedCheck trace={trace} check={trace.failedCheck} />
            </StackItem>
          )}
          <StackItem>
            <TraceFacts trace={trace} />
          </StackItem>
          <StackItem>
            <TraceSteps steps={trace.steps} />
          </StackItem>
          <StackItem>
            <TraceMessages messages={trace.messages} />
          </StackItem>
        </Stack>
      </PageSection>
    </>
  );
}
