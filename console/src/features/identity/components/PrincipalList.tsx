import { Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { useState } from "react";
import type { ServicePrincipal } from "../../../api/contract/principals";
import { t } from "../../../i18n";
import { ColumnChoice, useColumns } from "../../../ui/ColumnChoice";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { NoMatch } from "../../../ui/DataState";
import { ListSearch } from "../../../ui/ListSearch";
import { useSearchState } from "../../../ui/useSearchState";
import { useSort } from "../../../ui/useSort";
import { useApprovePrincipal, useDeletePrincipal } from "../queries";
import { PrincipalTable } from "./PrincipalTable";
import { accessOf, orderOf, principalColumns } from "./principalColumns";

/** The service principals with search, order and columns, all of them in the address. */
export function PrincipalList({ principals }: { principals: readonly ServicePrincipal[] }) {
  const [search] = useSearchState("q");
  const columns = useColumns(principalColumns);
  const sort = useSort(principalColumns);
  const [approving, setApproving] = useState<ServicePrincipal | null>(null);
  const [deleting, setDeleting] = useState<ServicePrincipal | null>(null);
  const wanted = search.trim().toLowerCase();
  const found = principals.filter((principal) => `${principal.name} ${principal.id} ${principal.owner} ${accessOf(principal)}`.toLowerCase().includes(wanted));

  return (
    <>
      <Toolbar>
        <ToolbarContent>
          <ListSearch label={t("principals.search")} />
          <ToolbarItem align={{ default: "alignEnd" }}>
            <ColumnChoice columns={columns} label={(key) => t(`principals.column.${key}`)} />
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      {found.length === 0 ? (
        <NoMatch />
      ) : (
        <PrincipalTable principals={sort.sorted(found, orderOf)} sort={sort} columns={columns.shown} onApprove={setApproving} onDelete={setDeleting} />
      )}
      {approving !== null && <ApprovePrincipalDialog principal={approving} onClose={() => setApproving(null)} />}
      {deleting !== null && <DeletePrincipalDialog principal={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}

function ApprovePrincipalDialog({ principal, onClose }: { principal: ServicePrincipal; onClose: () => void }) {
  const approve = useApprovePrincipal(principal.id);
  return (
    <ConfirmDialog
      title={t("principals.approve.title", { name: principal.name })}
      confirm={t("principals.approve.confirm")}
      busy={approve.isPending}
      error={approve.error}
      onConfirm={() => approve.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t("principals.approve.body")}
    </ConfirmDialog>
  );
}

function DeletePrincipalDialog({ principal, onClose }: { principal: ServicePrincipal; onClose: () => void }) {
  const remove = useDeletePrincipal(principal.id);
  return (
    <ConfirmDialog
      danger
      title={t("principals.delete.title", { name: principal.name })}
      confirm={t("principals.delete.confirm")}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t("principals.delete.body")}
    </ConfirmDialog>
  );
}
