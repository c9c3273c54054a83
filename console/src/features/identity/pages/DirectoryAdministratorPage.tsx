import { Button, Content, Form, PageSection } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import type { DirectoryPrincipal } from "../../../api/contract/directory";
import { useCustomer } from "../../../api/customer";
import { ApiError } from "../../../api/problem";
import { administratorsQuery, domainsQuery } from "../../../api/queries";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { Field, SelectField, TextField } from "../../../ui/Field";
import { focusFirstError } from "../../../ui/focus";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDraft } from "../../../ui/useDraft";
import { useSettled } from "../../../ui/useSettled";
import { useAddFromDirectory, useDirectorySearch } from "../administratorQueries";
import { DirectoryResults } from "../components/administrators/DirectoryResults";
import { IdentityField } from "../components/administrators/IdentityField";
import { administratorsRoute, directoryAdministratorRoute, inviteRoute } from "../routes";

interface Search {
  domain: string;
  kind: "any" | "user" | "group";
  text: string;
  chosen: DirectoryPrincipal | null;
  /** The administrator with a built-in login who is the same person; "" = none. */
  sameAs: string;
}

const typingMillis = 400;
const shown = ["sid", "domain", "kind", "administratorId"];
const kinds = ["any", "user", "group"] as const;

/** Adds a person or a group of Active Directory as an administrator, with full access (IAM-117). */
export default function DirectoryAdministratorPage() {
  const [search, setSearch, forget] = useDraft<Search>("administrators.directory", { domain: "", kind: "any", text: "", chosen: null, sameAs: "" });
  const [checked, setChecked] = useState(false);
  const administrators = useQuery(administratorsQuery(useCustomer().id));
  const builtIn = (administrators.data?.items ?? []).filter(({ identityProvider, status }) => identityProvider === "citrix" && status === "active");
  const domains = useQuery(domainsQuery(useCustomer().id));
  const found = useDirectorySearch(useSettled(search.text.trim(), typingMillis), search.domain, search.kind);
  const add = useAddFromDirectory();
  const navigate = useNavigate();
  const refused = add.error instanceof ApiError ? (add.error.field("sid") ?? add.error.field("domain") ?? add.error.field("kind")) : undefined;
  const searchError = found.error instanceof ApiError ? found.error.field("q") : undefined;
  const change = (part: Partial<Search>) => {
    add.reset();
    setChecked(false);
    setSearch((old) => ({ ...old, chosen: null, sameAs: "", ...part }));
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    const { chosen } = search;
    if (chosen === null) {
      setChecked(true);
      focusFirstError();
      return;
    }
    add.mutate(
      { kind: chosen.kind, sid: chosen.sid, domain: chosen.domain, access: "full", ...(search.sameAs === "" ? {} : { administratorId: search.sameAs }) },
      {
        onSuccess: () => {
          forget();
          void navigate(administratorsRoute.link(), { state: { added: chosen.displayName || chosen.name } });
        },
        onError: focusFirstError,
      },
    );
  };

  return (
    <>
      <PageHeader route={directoryAdministratorRoute} description={t("directoryadmin.lead")} />
      <PageSection>
        <Form className="cw-form" onSubmit={save} noValidate>
          <ProblemAlert error={add.error} shown={shown} />
          <IdentityField value="ad" onChange={() => void navigate(inviteRoute.link())} />
          <div className="cw-pair">
            <SelectField
              id="directory-domain"
              label={t("directoryadmin.domain")}
              value={search.domain}
              options={[
                { value: "", label: t("directoryadmin.domain.all") },
                ...(domains.data?.items ?? []).filter(({ status }) => status !== "disabled").map(({ name }) => ({ value: name, label: name })),
              ]}
              onChange={(domain) => change({ domain })}
            />
            <SelectField
              id="directory-kind"
              label={t("directoryadmin.kind")}
              value={search.kind}
              options={kinds.map((value) => ({ value, label: t(`directoryadmin.kind.${value}`) }))}
              onChange={(kind) => change({ kind })}
            />
          </div>
          <TextField
            id="directory-search"
            type="search"
            label={t("directoryadmin.search")}
            required
            value={search.text}
            error={searchError ?? (checked && search.text.trim() === "" ? t("directoryadmin.choose") : undefined)}
            note={t("directoryadmin.search.note")}
            onChange={(text) => change({ text })}
          />
          {search.text.trim() !== "" && searchError === undefined && (
            <DataState query={found}>
              {(data) => (
                <DirectoryResults
                  found={data}
                  chosen={search.chosen}
                  error={checked && search.chosen === null ? t("directoryadmin.choose") : refused}
                  onChoose={(chosen) => change({ chosen })}
                />
              )}
            </DataState>
          )}
          {search.chosen?.kind === "user" && (
            <SelectField
              id="directory-same"
              label={t("directoryadmin.same")}
              note={t("directoryadmin.same.note")}
              value={search.sameAs}
              error={add.error instanceof ApiError ? add.error.field("administratorId") : undefined}
              options={[
                { value: "", label: t("directoryadmin.same.none") },
                ...builtIn.map(({ id, displayName, email }) => ({ value: id, label: `${displayName} · ${email}` })),
              ]}
              onChange={(sameAs) => change({ chosen: search.chosen, sameAs })}
            />
          )}
          <Field id="directory-access" label={t("directoryadmin.access")}>
            <Content component="p">
              {t("directoryadmin.access.full")} {search.chosen?.kind === "group" && t("directoryadmin.nested")}
            </Content>
          </Field>
          <div className="cw-buttons">
            <Button type="submit" isLoading={add.isPending} isDisabled={add.isPending}>
              {t("directoryadmin.save")}
            </Button>
            <Button
              variant="link"
              onClick={() => {
                forget();
                void navigate(administratorsRoute.link());
              }}
            >
              {t("action.cancel")}
            </Button>
          </div>
        </Form>
      </PageSection>
    </>
  );
}
