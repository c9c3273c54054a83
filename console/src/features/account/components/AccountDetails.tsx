import {
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Form,
} from "@patternfly/react-core";
import type { FormEvent, ReactNode } from "react";
import type { Account } from "../../../api/contract";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { CopyText } from "../../../ui/CopyText";
import { TextField } from "../../../ui/Field";
import { focusFirstError } from "../../../ui/focus";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { Time } from "../../../ui/Time";
import { useDraft } from "../../../ui/useDraft";
import type { Rename } from "../queries";
import { regionName } from "../region";

interface Props {
  account: Account;
  /** The version that is shown. */
  etag: string;
  /** Belongs to the page, and so outlives this form, which begins anew with each version. */
  rename: Rename;
}

/** The account's name, which can be changed, and what cannot: OrgID, customer ID and region (OPS-162, OPS-185, PLT-415). */
export function AccountDetails({ account, etag, rename }: Props) {
  const [name, setName, forget] = useDraft(`account.name.${etag}`, account.name);
  const change = (typed: string) => {
    if (rename.isSuccess) rename.reset();
    setName(typed);
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate({ name: name.trim(), etag }, { onSuccess: () => forget(), onError: focusFirstError });
  };
  return (
    <>
      <Form onSubmit={save} noValidate className="cw-values">
        <ProblemAlert error={rename.error} shown={["name"]} />
        <TextField
          id="account-name"
          label={t("account.name")}
          required
          value={name}
          note={t("account.name.note")}
          error={rename.error instanceof ApiError ? rename.error.field("name") : undefined}
          onChange={change}
        />
        <div>
          <Button type="submit" variant="secondary" isLoading={rename.isPending} isDisabled={rename.isPending || name.trim() === account.name}>
            {t("action.save")}
          </Button>
        </div>
      </Form>
      <DescriptionList isHorizontal isCompact>
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
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
