import { Divider, DropdownItem, DropdownList } from "@patternfly/react-core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useMe } from "../api/customer";
import { t } from "../i18n";
import { CustomerIdentity } from "./CustomerIdentity";
import type { OpenedMenu } from "./LazyMenu";
import { accountRoute, profileRoute } from "./links";
import { MenuList } from "./MenuList";
import { useSignOut } from "./queries";
import { SignOutEverywhereDialog } from "./SignOutEverywhereDialog";
import { SwitchCustomerDialog } from "./SwitchCustomerDialog";

/** The list under the person's name: the customer with its identifiers, settings of person and account, change of customer, sign-out. */
export default function CustomerList(opened: OpenedMenu) {
  const me = useMe();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const [dialog, setDialog] = useState("");
  if (dialog === "switch") return <SwitchCustomerDialog onClose={opened.onClose} />;
  if (dialog === "everywhere") return <SignOutEverywhereDialog onClose={opened.onClose} />;

  return (
    <MenuList
      {...opened}
      onChoose={(value) => {
        if (value.startsWith("/")) void navigate(value);
        const opens = value === "switch" || value === "everywhere";
        if (opens) setDialog(value);
        return opens;
      }}
    >
      <CustomerIdentity me={me} />
      <Divider />
      <DropdownList>
        {me.customer !== null && (
          <>
            <DropdownItem value={profileRoute.path}>{t("profile.title")}</DropdownItem>
            <DropdownItem value={accountRoute.path}>{t("account.title")}</DropdownItem>
          </>
        )}
        {me.customers.length > 1 && <DropdownItem value="switch">{t("customer.switch")}</DropdownItem>}
        <DropdownItem onClick={() => signOut.mutate(false)}>{t("session.signout")}</DropdownItem>
        <DropdownItem value="everywhere">{t("session.everywhere")}</DropdownItem>
      </DropdownList>
    </MenuList>
  );
}
