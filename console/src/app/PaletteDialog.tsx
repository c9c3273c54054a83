import { Modal, ModalBody, TextInputGroup, TextInputGroupMain } from "@patternfly/react-core";
import { SearchIcon } from "@patternfly/react-icons";
import { type KeyboardEvent, useId, useState } from "react";
import { useNavigate } from "react-router";
import { t } from "../i18n";
import { ProblemAlert } from "../ui/ProblemAlert";
import { PaletteResults } from "./PaletteResults";
import { useSwitchCustomer } from "./queries";
import { type Entry, useEntries } from "./usePaletteEntries";

/** Search field and results. Focus stays in the field; arrows move through the results. */
export default function PaletteDialog({ onClose }: { onClose: () => void }) {
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState(0);
  const navigate = useNavigate();
  const change = useSwitchCustomer();
  const listId = useId();
  const entries = useEntries(search);
  const active = Math.min(chosen, entries.length - 1);

  const go = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    const open = () => {
      onClose();
      void navigate(entry.to);
    };
    if (entry.customerId === undefined) open();
    else change.mutate(entry.customerId, { onSuccess: open });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") go(entries[active]);
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    setChosen((active + step + entries.length) % Math.max(entries.length, 1));
  };

  return (
    <Modal variant="small" isOpen onClose={onClose} aria-label={t("palette.open")} position="top" elementToFocus={`[id="${listId}-input"]`}>
      <ModalBody>
        <TextInputGroup onKeyDown={onKeyDown}>
          <TextInputGroupMain
            inputId={`${listId}-input`}
            icon={<SearchIcon />}
            type="search"
            role="combobox"
            aria-label={t("palette.label")}
            placeholder={t("palette.label")}
            value={search}
            onChange={(_, value) => {
              setSearch(value);
              setChosen(0);
            }}
            isExpanded
            aria-controls={listId}
            {...(entries.length > 0 ? { "aria-activedescendant": `${listId}-${active}` } : {})}
          />
        </TextInputGroup>
        <ProblemAlert error={change.error} />
        <PaletteResults id={listId} entries={entries} active={active} onChoose={go} />
      </ModalBody>
    </Modal>
  );
}
