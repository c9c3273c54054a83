import { DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm, DescriptionListTermHelpText, DescriptionListTermHelpTextButton, Popover } from "@patternfly/react-core";
import type { ReactNode } from "react";
import { t } from "../i18n";

/** One value to look at. */
export interface Row {
  label: string;
  value: ReactNode;
  /** What the value means, behind its label. */
  help?: string;
}

/** Names with their values, side by side where there is room. */
export function Values({ rows }: { rows: readonly Row[] }) {
  return (
    <DescriptionList isCompact orientation={{ sm: "vertical", md: "horizontal" }} className="cw-values">
      <ValueRows rows={rows} />
    </DescriptionList>
  );
}

/** The rows of a description list. A value that is empty says so. */
export function ValueRows({ rows }: { rows: readonly Row[] }) {
  return (
    <>
      {rows.map(({ label, value, help }) => (
        <DescriptionListGroup key={label}>
          {help === undefined ? (
            <DescriptionListTerm>{label}</DescriptionListTerm>
          ) : (
            <DescriptionListTermHelpText>
              <Popover bodyContent={help} aria-label={label} closeBtnAriaLabel={t("action.close")}>
                <DescriptionListTermHelpTextButton>{label}</DescriptionListTermHelpTextButton>
              </Popover>
            </DescriptionListTermHelpText>
          )}
          <DescriptionListDescription className="cw-break">{value === "" ? <span className="cw-none">{t("value.none")}</span> : value}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </>
  );
}
