import { Divider, Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import { UserIcon } from "@patternfly/react-icons";
import { useState } from "react";
import { useMe } from "../api/customer";
import { t } from "../i18n";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { CustomerIdentity } from "./CustomerIdentity";
import { useSignOut } from "./queries";
import { SwitchCustomerDialog } from "./SwitchCustomerDialog";

/** The menu under the person's name: the customer with its identifiers, change of customer, sign-out. */
export function CustomerMenu() {
  const me = useMe();
  const [open, setOpen] = useState(false);
  const [dialog, setDialog] = useState<"switch" | "everywhere" | null>(null);
  const signOut = useSignOut();

  return (
    <>
      <Dropdown
        isOpen={open}
        onOpenChange={setOpen}
        popperProps={{ position: "right" }}
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={open} onClick={() => setOpen(!open)} icon={<UserIcon />} aria-label={t("customer.menu", { name: me.login.name })}>
            <span className="cw-user">{me.login.name}</span>
          </MenuToggle>
        )}
      >
        <CustomerIdentity me={me} />
        <Divider />
        <DropdownList onClick={() => setOpen(false)}>
          {me.customers.length > 1 && <DropdownItem onClick={() => setDialog("switch")}>{t("customer.switch")}</DropdownItem>}
          <DropdownItem onClick={() => signOut.mutate(false)}>{t("session.signout")}</DropdownItem>
          <DropdownItem onClick={() => setDialog("everywhere")}>{t("session.everywhere")}</DropdownItem>
        </DropdownList>
      </Dropdown>
      {dialog === "switch" && <SwitchCustomerDialog onClose={() => setDialog(null)} />}
      {dialog === "everywhere" && (
        <ConfirmDialog
          title={t("session.everywhere.title")}
          confirm={t("session.everywhere.confirm")}
          busy={signOut.isPending}
          error={signOut.error}
          onConfirm={() => signOut.mutate(true)}
          onClose={() => setDialog(null)}
        >
          {t("session.everywhere.body", { name: me.login.email })}
        </ConfirmDialog>
      )}
    </>
  );
}
