import { Label, PageSection, SearchInput, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { Administrator } from "../../../api/contract";
import { t } from "../../../i18n";
import { DataState, Nothing } from "../../../ui/DataState";
import { PageHeader } from "../../../ui/PageHeader";
import { useSearchState } from "../../../ui/useSearchState";
import { IdentityTabs } from "../components/IdentityTabs";
import { useAdministrators } from "../queries";
import { administratorsRoute } from "../routes";

export default function AdministratorsPage() {
  const administrators = useAdministrators();
  const [search, setSearch] = useSearchState("q");
  const wanted = search.trim().toLowerCase();
  return (
    <>
      <PageHeader route={administratorsRoute} description={t("administrators.lead")} />
      <IdentityTabs active={administratorsRoute.path} />
      <PageSection>
        <Toolbar>
          <ToolbarContent>
            <ToolbarItem>
              <SearchInput
                aria-label={t("administrators.search")}
                placeholder={t("administrators.search")}
                value={search}
                onChange={(_, value) => setSearch(value)}
                onClear={() => setSearch("")}
              />
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
        <DataState query={administrators}>
          {(page) => {
            const found = page.items.filter((a) => `${a.displayName} ${a.email}`.toLowerCase().includes(wanted));
            return found.length === 0 ? (
              <Nothing filtered title={t("list.nomatch.title")}>
                {t("list.nomatch.body")}
              </Nothing>
            ) : (
              <AdministratorTable administrators={found} />
            );
          }}
        </DataState>
      </PageSection>
    </>
  );
}

const colourOfStatus = { active: "green", invite_sent: "blue", expired: "orange" } as const;

/** The documented columns (IAM-045). */
function AdministratorTable({ administrators }: { administrators: readonly Administrator[] }) {
  return (
    <Table aria-label={t("administrators.title")}>
      <Thead>
        <Tr>
          <Th>{t("administrators.column.type")}</Th>
          <Th>{t("administrators.column.name")}</Th>
          <Th>{t("administrators.column.email")}</Th>
          <Th>{t("administrators.column.status")}</Th>
          <Th>{t("administrators.column.access")}</Th>
          <Th>{t("administrators.column.provider")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {administrators.map((administrator) => (
          <Tr key={administrator.id}>
            <Td dataLabel={t("administrators.column.type")}>{t(`administrators.type.${administrator.type}`)}</Td>
            <Td dataLabel={t("administrators.column.name")} modifier="breakWord">
              {administrator.displayName} {administrator.you && <Label isCompact>{t("administrators.you")}</Label>}
            </Td>
            <Td dataLabel={t("administrators.column.email")} modifier="breakWord">
              {administrator.email === "" ? t("value.notApplicable") : administrator.email}
            </Td>
            <Td dataLabel={t("administrators.column.status")}>
              <Label color={colourOfStatus[administrator.status]}>{t(`administrators.status.${administrator.status}`)}</Label>
            </Td>
            <Td dataLabel={t("administrators.column.access")}>{t(`access.${administrator.access}`)}</Td>
            <Td dataLabel={t("administrators.column.provider")}>{t(`provider.${administrator.identityProvider}`)}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
