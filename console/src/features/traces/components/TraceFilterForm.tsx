import { FormSelect, FormSelectOption, SearchInput, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { useState } from "react";
import { t } from "../../../i18n";
import type { TraceFilter } from "../queries";

interface Props extends TraceFilter {
  onTransaction: (transactionId: string) => void;
  onOutcome: (outcome: string) => void;
}

const outcomes = ["", "refused", "succeeded"] as const;

/** Finds the trace of the transaction ID that a person read on an error page. */
export function TraceFilterForm({ transactionId, outcome, onTransaction, onOutcome }: Props) {
  const [typed, setTyped] = useState(transactionId);
  return (
    <Toolbar>
      <ToolbarContent>
        <ToolbarItem>
          <SearchInput
            aria-label={t("traces.transaction")}
            placeholder={t("traces.transaction")}
            value={typed}
            onChange={(_, value) => setTyped(value)}
            onSearch={(_, value) => onTransaction(value.trim())}
            onClear={() => {
              setTyped("");
              onTransaction("");
            }}
            submitSearchButtonLabel={t("traces.find")}
          />
        </ToolbarItem>
        <ToolbarItem>
          <FormSelect aria-label={t("traces.outcome")} value={outcome} onChange={(_, value) => onOutcome(value)}>
            {outcomes.map((each) => (
              <FormSelectOption key={each} value={each} label={each === "" ? t("traces.outcome.all") : t(`traces.outcome.${each}`)} />
            ))}
          </FormSelect>
        </ToolbarItem>
      </ToolbarContent>
    </Toolbar>
  );
}
