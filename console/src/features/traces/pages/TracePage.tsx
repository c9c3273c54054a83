import { PageSection, Stack, StackItem } from "@patternfly/react-core";
import { useParams } from "react-router";
import type { Trace } from "../../../api/contract";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { FailedCheck } from "../components/FailedCheck";
import { TraceFacts } from "../components/TraceFacts";
import { TraceMessages } from "../components/TraceMessages";
import { TraceSteps } from "../components/TraceSteps";
import { Outcome } from "../components/TraceTable";
import { useTrace } from "../queries";
import { traceRoute } from "../routes";

/** One sign-in: what failed and which setting to change, each step, the decoded messages. */
export default function TracePage() {
  const { traceId = "" } = useParams();
  const trace = useTrace(traceId);
  if (trace.data) return <Ready trace={trace.data} />;
  return (
    <>
      <PageHeader route={traceRoute} />
      <PageSection>
        <DataState query={trace}>{() => null}</DataState>
      </PageSection>
    </>
  );
}

function Ready({ trace }: { trace: Trace }) {
  return (
    <>
      <PageHeader
        route={traceRoute}
        name={trace.person === "" ? t("traces.detail.unknown") : t("traces.detail.of", { person: trace.person })}
        badge={<Outcome trace={trace} />}
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
