import { DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from "@patternfly/react-core";
import type { ReactNode } from "react";
import { useAllowed } from "../../../api/customer";
import { t } from "../../../i18n";
import { CopyText } from "../../../ui/CopyText";
import { Time } from "../../../ui/Time";
import { regionName } from "../region";
import { AccountNameForm, type Props } from "./AccountNameForm";

/** The account's name, which full access can change, and what nobody can: OrgID, customer ID and region (OPS-162, OPS-185, PLT-415). */
export function AccountDetails({ account, etag, rename }: Props) {
  const mayChange = useAllowed("full_access");
  return (
    <>
      {mayChange && <AccountNameForm key={etag} account={account} etag={etag} rename={rename} />}
      <DescriptionList isHorizontal isCompact>
        {!mayChange && <Row label={t("account.name")}>{account.name}</Row>}
        <Row label={t("customer.orgid")}>
          <CopyText label={t("customer.orgid")} value={account.orgId} />
        </Row>
        <Row label={t("customer.id")}>
          <CopyText label={t("customer.id")} value={account.customerId} />
        </Row>
        <Row label={t("account.region")}>{regionName(account.region)}</Row>
        <Row label={t("account.created")}>
          <Time at={account.createdAt} />
        </Row>
      </DescriptionList>
    </>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{label}</DescriptionListTerm>
      <DescriptionListDescription className="cw-break">{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
