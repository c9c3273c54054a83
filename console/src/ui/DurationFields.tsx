import type { TypedDuration } from "./duration";
import { TextField } from "./Field";

interface Props {
  id: string;
  labels: { hours: string; minutes: string };
  /** What is allowed. */
  note: string;
  value: TypedDuration;
  error: string | undefined;
  onChange: (part: Partial<TypedDuration>) => void;
}

/** Hours and minutes beside each other. */
export function DurationFields({ id, labels, note, value, error, onChange }: Props) {
  return (
    <div className="cw-pair cw-narrow">
      <TextField
        id={`${id}-hours`}
        label={labels.hours}
        digits
        maxLength={2}
        value={value.hours}
        error={error}
        note={note}
        onChange={(hours) => onChange({ hours })}
      />
      <TextField id={`${id}-minutes`} label={labels.minutes} digits maxLength={3} value={value.minutes} onChange={(minutes) => onChange({ minutes })} />
    </div>
  );
}
