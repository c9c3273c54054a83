import { FormSelect, FormSelectOption } from "@patternfly/react-core";
import { useSearchState } from "./useSearchState";

interface Props {
  /** Name of the value in the address. */
  name: string;
  label: string;
  /** What stands for "no filter". */
  all: string;
  options: readonly { value: string; label: string }[];
}

/** A filter above a table, kept in the address. */
export function FilterSelect({ name, label, all, options }: Props) {
  const [value, setValue] = useSearchState(name);
  return (
    <FormSelect className="cw-filter" aria-label={label} value={value} onChange={(_, chosen) => setValue(chosen)}>
      <FormSelectOption value="" label={all} />
      {options.map((option) => (
        <FormSelectOption key={option.value} value={option.value} label={option.label} />
      ))}
    </FormSelect>
  );
}
