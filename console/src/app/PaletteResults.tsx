import { Content } from "@patternfly/react-core";
import { t } from "../i18n";
import type { Entry } from "./usePaletteEntries";

interface Props {
  id: string;
  entries: readonly Entry[];
  active: number;
  onChoose: (entry: Entry) => void;
}

/** The list below the search field; focus stays in the field, the active entry is marked. */
export function PaletteResults({ id, entries, active, onChoose }: Props) {
  return (
    <>
      <ul id={id} role="listbox" aria-label={t("palette.results")} className="cw-palette">
        {entries.map((entry, index) => (
          <li
            key={`${entry.kind} ${entry.to} ${entry.label}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className="cw-palette-entry"
            onClick={() => onChoose(entry)}
          >
            <span className="cw-break">{entry.label}</span> <small>{entry.kind}</small>
          </li>
        ))}
      </ul>
      {entries.length === 0 && (
        <Content component="p" role="status" className="cw-gap">
          {t("palette.none")}
        </Content>
      )}
    </>
  );
}
