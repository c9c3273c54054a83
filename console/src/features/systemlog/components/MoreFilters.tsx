import { FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { useId } from "react";
import { t } from "../../../i18n";
import type { Filter } from "../filter";
import { useEventTypes } from "../queries";

interface Props {
  filter: Filter;
  onChange: (part: Partial<Filter>) => void;
}

const outcomes = ["success", "failed"] as const;

/** The filters that are needed less often. The event types are those of the catalogue; another one can be typed. */
export function MoreFilters({ filter, onChange }: Props) {
  const types = useEventTypes(true).data?.items ?? [];
  const listId = useId();
  return (
    <div className="cw-filters">
      <TextInput
        list={listId}
        aria-label={t("systemlog.filter.type")}
        placeholder={t("systemlog.filter.type")}
        value={filter.eventType}
        onChange={(_, eventType) => onChange({ eventType })}
      />
      <datalist id={listId}>
        {types.map(({ name, eventType, label }) => (
          <option key={name} value={eventType}>
            {label}
          </option>
        ))}
      </datalist>
      <FormSelect
        aria-label={t("systemlog.filter.outcome")}
        value={filter.outcome}
        onChange={(_, value) => onChange({ outcome: outcomes.find((each) => each === value) ?? "" })}
      >
        <FormSelectOption value="" label={t("systemlog.filter.outcome.all")} />
        {outcomes.map((each) => (
          <FormSelectOption key={each} value={each} label={t(`systemlog.filter.outcome.${each}`)} />
        ))}
      </FormSelect>
      {(["actor", "target"] as const).map((each) => (
        <TextInput
          key={each}
          aria-label={t(`systemlog.filter.${each}`)}
          placeholder={t(`systemlog.filter.${each}`)}
          value={filter[each]}
          onChange={(_, value) => onChange({ [each]: value })}
        />
      ))}
    </div>
  );
}
