import { t } from "../../../i18n";
import { TextField } from "../../../ui/Field";
import { contrast, isColor, lowestContrast } from "../colors";

interface Props {
  id: string;
  label: string;
  value: string;
  /** What the colour must be readable on, or with. */
  against: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** What the browser's picker shows while there is no colour; it knows no empty one. */
const unset = "#000000";

/** A colour, typed or picked, with its contrast while it is chosen. The server decides whether it is enough. */
export function ColorField({ id, label, value, against, error, onChange }: Props) {
  return (
    <div className="cw-color">
      <TextField id={id} label={label} value={value} maxLength={7} placeholder="#0b4f71" error={error ?? tooLow(value, against)} note={noteOf(value, against)} onChange={onChange} />
      <input
        type="color"
        className="cw-color-picker"
        aria-label={t("workspace.appearance.pick", { label })}
        value={isColor(value) ? value.toLowerCase() : unset}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

/** Rounded down, so that what is too low never reads as enough. */
function shown(ratio: number): string {
  return (Math.floor(ratio * 10) / 10).toFixed(1);
}

function tooLow(value: string, against: string): string | undefined {
  const ratio = contrast(value, against);
  return ratio !== undefined && ratio < lowestContrast ? t("workspace.appearance.contrast.low", { ratio: shown(ratio) }) : undefined;
}

function noteOf(value: string, against: string): string {
  const ratio = contrast(value, against);
  return ratio === undefined ? t("workspace.appearance.color.note") : t("workspace.appearance.contrast", { ratio: shown(ratio) });
}
