import { useQuery } from "@tanstack/react-query";
import { allows, useCustomer, useMe } from "../../../api/customer";
import { domainsQuery } from "../../../api/queries";
import { t } from "../../../i18n";
import { SelectField, TextField } from "../../../ui/Field";
import type { DirectorySearch } from "../queries";

interface Props {
  search: DirectorySearch;
  /** What is wrong with the text. */
  error: string | undefined;
  onChange: (part: Partial<DirectorySearch>) => void;
}

/** What to look for and where. Disabled domains are not offered (IAM-031); who may not list domains searches in all of them. */
export function SearchFields({ search, error, onChange }: Props) {
  const me = useMe();
  const mayList = allows(me, "domains") || allows(me, "resource_locations");
  const domains = useQuery({ ...domainsQuery(useCustomer().id), enabled: mayList });
  const offered = (domains.data?.items ?? []).filter(({ status }) => status !== "disabled");
  return (
    <>
      <TextField
        id="assign-search"
        type="search"
        label={t("assign.search")}
        note={t("assign.search.note")}
        value={search.text}
        error={error}
        onChange={(text) => onChange({ text })}
      />
      <div className="cw-pair">
        {mayList && (
          <SelectField
            id="assign-domain"
            label={t("assign.domain")}
            value={search.domain}
            options={[{ value: "", label: t("assign.domain.all") }, ...offered.map(({ name }) => ({ value: name, label: name }))]}
            onChange={(domain) => onChange({ domain })}
          />
        )}
        <SelectField
          id="assign-kind"
          label={t("assign.kind")}
          value={search.kind}
          options={(["any", "user", "group"] as const).map((value) => ({ value, label: t(`assign.kind.${value}`) }))}
          onChange={(kind) => onChange({ kind })}
        />
      </div>
    </>
  );
}
