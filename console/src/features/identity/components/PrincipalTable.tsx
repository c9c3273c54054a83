import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import type { ServicePrincipal } from "../../../api/contract";
import { t } from "../../../i18n";
import { ActionsMenu } from "../../../ui/ActionsMenu";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { Copy } from "../../../ui/Copy";
import { Time, TimeAgo } from "../../../ui/Time";
import { useSort } from "../../../ui/useSort";
import { useDeletePrincipal } from "../queries";

const sortKeys = ["name", "created", "used"] as const;

function textOf({ name, createdAt, lastUsedAt }: ServicePrincipal, key: (typeof sortKeys)[number]): string {
  return { name, created: createdAt, used: lastUsedAt ?? "" }[key];
}

export function PrincipalTable({ principals }: { principals: readonly ServicePrincipal[] }) {
  const sort = useSort(sortKeys);
  const [deleting, setDeleting] = useState<ServicePrincipal | null>(null);
  return (
    <>
      <Table aria-label={t("principals.table")}>
        <Thead>
          <Tr>
            <Th sort={sort.of("name")}>{t("principals.column.name")}</Th>
            <Th>{t("principals.column.id")}</Th>
            <Th>{t("principals.column.access")}</Th>
            <Th sort={sort.of("created")}>{t("principals.column.created")}</Th>
            <Th sort={sort.of("used")}>{t("principals.column.used")}</Th>
            <Th screenReaderText={t("actions.column")} />
          </Tr>
        </Thead>
        <Tbody>
          {sort.sorted(principals, textOf).map((principal) => (
            <Tr key={principal.id}>
              <Td dataLabel={t("principals.column.name")} modifier="breakWord">
                {principal.name}
              </Td>
              <Td dataLabel={t("principals.column.id")}>
                <Copy inline label={t("principals.column.id")} value={principal.id} />
              </Td>
              <Td dataLabel={t("principals.column.access")}>
                {principal.access === "full" ? t("access.full") : principal.permissions.map((p) => t(`permission.${p}`)).join(", ")}
              </Td>
              <Td dataLabel={t("principals.column.created")}>
                <Time at={principal.createdAt} />
              </Td>
              <Td dataLabel={t("principals.column.used")}>
                {principal.lastUsedAt === null ? <span className="cw-none">{t("value.never")}</span> : <TimeAgo at={principal.lastUsedAt} />}
              </Td>
              <Td isActionCell>
                <ActionsMenu
                  label={t("actions.for", { name: principal.name })}
                  actions={[{ label: t("action.delete"), danger: true, onClick: () => setDeleting(principal) }]}
                />
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {deleting !== null && <DeletePrincipalDialog principal={deleting} onClose={() => setDeleting(null)} />}
    </>
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
