import { Menu, MenuContent, MenuItem, MenuList, Modal, ModalBody, ModalHeader, SearchInput } from "@patternfly/react-core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useMe } from "../api/customer";
import { t } from "../i18n";
import { ProblemAlert } from "../ui/ProblemAlert";
import { useSwitchCustomer } from "./queries";

/** Lets the person choose another of his customers, by name or identifier. */
export function SwitchCustomerDialog({ onClose }: { onClose: () => void }) {
  const { customer, customers } = useMe();
  const [search, setSearch] = useState("");
  const change = useSwitchCustomer();
  const navigate = useNavigate();
  const wanted = search.trim().toLowerCase();
  const found = customers.filter((c) => `${c.name} ${c.id} ${c.orgId}`.toLowerCase().includes(wanted));

  const choose = (id: string) => {
    if (id === customer?.id) return onClose();
    change.mutate(id, {
      onSuccess: () => {
        onClose();
        void navigate("/");
      },
    });
  };

  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="switch-title">
      <ModalHeader title={t("customer.switch")} labelId="switch-title" />
      <ModalBody>
        <SearchInput
          aria-label={t("customer.search")}
          placeholder={t("customer.search")}
          value={search}
          onChange={(_, value) => setSearch(value)}
          onClear={() => setSearch("")}
        />
        <ProblemAlert error={change.error} />
        <Menu isPlain isScrollable onSelect={(_, id) => choose(String(id))}>
          <MenuContent>
            <MenuList aria-label={t("customer.switch")}>
              {found.map((c) => (
                <MenuItem key={c.id} itemId={c.id} isSelected={c.id === customer?.id} description={`${c.orgId} · ${c.id}`}>
                  {c.name}
                </MenuItem>
              ))}
              {found.length === 0 && <MenuItem isDisabled>{t("customer.none")}</MenuItem>}
            </MenuList>
          </MenuContent>
        </Menu>
      </ModalBody>
    </Modal>
  );
}
