import { Divider, Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import { UserIcon } from "@patternfly/react-icons";
import { lazy, Suspense, useState } from "react";
import { useMe } from "../api/customer";
import { t } from "../i18n";
import { CustomerIdentity } from "./CustomerIdentity";
import { useSignOut } from "./queries";

const SwitchCustomerDialog = lazy(() => import("./SwitchCustomerDialog"));
const SignOutEverywhereDialog = lazy(() => import("./SignOutEverywhereDialog"));

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
      <Suspense>
        {dialog === "switch" && <SwitchCustomerDialog onClose={() => setDialog(null)} />}
        {dialog === "everywhere" && <SignOutEverywhereDialog onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  );
}
