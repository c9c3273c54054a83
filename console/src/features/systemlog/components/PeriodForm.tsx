import { Button, FormSelect, FormSelectOption, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { useState } from "react";
import { t } from "../../../i18n";
import { type Period, periods, toPeriod } from "../queries";

/** Chooses how far back the log is shown; nothing changes before "View" (OPS-131). */
export function PeriodForm({ days, onView }: { days: Period; onView: (days: Period) => void }) {
  const [chosen, setChosen] = useState<Period>(days);
  return (
    <Toolbar>
      <ToolbarContent>
        <ToolbarItem>
          <FormSelect aria-label={t("systemlog.period")} value={String(chosen)} onChange={(_, value) => setChosen(toPeriod(value))}>
            {periods.map((each) => (
              <FormSelectOption key={each} value={String(each)} label={t("systemlog.days", { days: each })} />
            ))}
          </FormSelect>
        </ToolbarItem>
        <ToolbarItem>
          <Button variant="secondary" onClick={() => onView(chosen)}>
            {t("systemlog.view")}
          </Button>
        </ToolbarItem>
      </ToolbarContent>
    </Toolbar>
  );
}
