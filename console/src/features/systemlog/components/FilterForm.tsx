import {
  Button,
  ExpandableSection,
  Form,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  SearchInput,
  TextInput,
} from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import { t } from "../../../i18n";
import { type Filter, folded, isPossible, periods, toPeriod, unfiltered } from "../filter";
import { MoreFilters } from "./MoreFilters";

interface Props {
  filter: Filter;
  onView: (filter: Filter) => void;
}

/** Chooses which part of the log is shown; nothing changes before "View" (OPS-131). */
export function FilterForm({ filter, onView }: Props) {
  const [wanted, setWanted] = useState(filter);
  const address = JSON.stringify(filter);
  const [shown, setShown] = useState(address);
  if (shown !== address) {
    setShown(address); // the address has changed: by a link, for instance
    setWanted(filter);
  }
  const [open, setOpen] = useState(folded(filter) > 0);
  const [wrong, setWrong] = useState(false);
  const count = folded(wanted);
  const change = (part: Partial<Filter>) => {
    setWrong(false);
    setWanted((old) => ({ ...old, ...part }));
  };
  const view = (event: FormEvent) => {
    event.preventDefault();
    if (isPossible(wanted, Date.now())) onView(wanted);
    else setWrong(true);
  };
  return (
    <Form onSubmit={view} className="cw-values">
      <div className="cw-filters">
        <FormSelect
          aria-label={t("systemlog.period")}
          value={String(wanted.period)}
          onChange={(_, value) => change({ period: toPeriod(value), from: "", to: "" })}
        >
          {periods.map((each) => (
            <FormSelectOption key={each} value={String(each)} label={t("systemlog.days", { days: each })} />
          ))}
        </FormSelect>
        <Button type="submit" variant="secondary">
          {t("systemlog.view")}
        </Button>
        <SearchInput
          aria-label={t("systemlog.filter.text")}
          placeholder={t("systemlog.filter.text")}
          value={wanted.q}
          onChange={(_, q) => change({ q })}
          onClear={() => change({ q: "" })}
        />
        <Day label={t("systemlog.from")} value={wanted.from} wrong={wrong} onChange={(from) => change({ from })} />
        <Day label={t("systemlog.to")} value={wanted.to} wrong={wrong} onChange={(to) => change({ to })} />
      </div>
      {wrong && (
        <HelperText aria-live="polite">
          <HelperTextItem variant="error">{t("systemlog.range.wrong")}</HelperTextItem>
        </HelperText>
      )}
      <ExpandableSection
        toggleText={count === 0 ? t("systemlog.filters") : t("systemlog.filters.count", { count })}
        isExpanded={open}
        onToggle={(_, expanded) => setOpen(expanded)}
      >
        {open && <MoreFilters filter={wanted} onChange={change} />}
        <Button variant="link" isInline className="cw-gap" onClick={() => onView(unfiltered(wanted))}>
          {t("systemlog.filter.clear")}
        </Button>
      </ExpandableSection>
    </Form>
  );
}

interface DayProps {
  label: string;
  value: string;
  wrong: boolean;
  onChange: (day: string) => void;
}

function Day({ label, value, wrong, onChange }: DayProps) {
  return (
    <label className="cw-day">
      <span>{label}</span>
      <TextInput type="date" value={value} onChange={(_, day) => onChange(day)} aria-label={label} validated={wrong ? "error" : "default"} />
    </label>
  );
}
