import {
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Modal,
  ModalBody,
  ModalHeader,
} from "@patternfly/react-core";
import { t } from "../i18n";

const shortcuts = [
  { keys: t("shortcut.search.keys"), text: t("shortcut.search") },
  { keys: t("shortcut.move.keys"), text: t("shortcut.move") },
  { keys: t("shortcut.close.keys"), text: t("shortcut.close") },
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="shortcuts-title">
      <ModalHeader title={t("help.shortcuts")} labelId="shortcuts-title" />
      <ModalBody>
        <DescriptionList isHorizontal isCompact>
          {shortcuts.map(({ keys, text }) => (
            <DescriptionListGroup key={keys}>
              <DescriptionListTerm>
                <kbd>{keys}</kbd>
              </DescriptionListTerm>
              <DescriptionListDescription>{text}</DescriptionListDescription>
            </DescriptionListGroup>
          ))}
        </DescriptionList>
      </ModalBody>
    </Modal>
  );
}
