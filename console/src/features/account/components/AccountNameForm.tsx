import { Button, Form } from "@patternfly/react-core";
import type { FormEvent } from "react";
import type { Account } from "../../../api/contract/account";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { TextField } from "../../../ui/Field";
import { focusFirstError } from "../../../ui/focus";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDraft } from "../../../ui/useDraft";
import type { Rename } from "../queries";

export interface Props {
  account: Account;
  /** The version that is shown. */
  etag: string;
  /** Belongs to the page, and so outlives this form, which begins anew with each version. */
  rename: Rename;
}

/** Changes the account's name (OPS-162). */
export function AccountNameForm({ account, etag, rename }: Props) {
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
  );
}
