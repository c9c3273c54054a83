import { Content, Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { ServicePrincipal } from "../../../api/contract/principals";
import { useMe } from "../../../api/customer";
import { t } from "../../../i18n";
import { ActionsMenu } from "../../../ui/ActionsMenu";
import { Copy } from "../../../ui/Copy";
import { Time, TimeAgo } from "../../../ui/Time";
import type { Sort } from "../../../ui/useSort";
import { accessOf, coveredBy, type PrincipalColumn } from "./principalColumns";

interface Props {
  principals: readonly ServicePrincipal[];
  sort: Sort<PrincipalColumn>;
  columns: readonly PrincipalColumn[];
  onApprove: (principal: ServicePrincipal) => void;
  onDelete: (principal: ServicePrincipal) => void;
}

export function PrincipalTable({ principals, sort, columns, onApprove, onDelete }: Props) {
  const me = useMe();
  return (
    <Table aria-label={t("principals.table")}>
      <Thead>
        <Tr>
          {columns.map((key) => (
            <Th key={key} sort={sort.of(key)}>
              {t(`principals.column.${key}`)}
            </Th>
          ))}
          <Th screenReaderText={t("actions.column")} />
        </Tr>
      </Thead>
      <Tbody>
        {principals.map((principal) => (
          <Tr key={principal.id}>
            {columns.map((key) => (
              <Td key={key} dataLabel={t(`principals.column.${key}`)} modifier={key === "name" ? "breakWord" : undefined}>
                <Cell principal={principal} column={key} />
              </Td>
            ))}
            <Td isActionCell>
              <ActionsMenu
                label={t("actions.for", { name: principal.name })}
                actions={[
                  {
                    label: t("principals.approve"),
                    onClick: () => onApprove(principal),
                    disabledReason: coveredBy(me, principal) ? undefined : t("principals.approve.above"),
                  },
                  { label: t("action.delete"), danger: true, onClick: () => onDelete(principal) },
                ]}
              />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function Cell({ principal, column }: { principal: ServicePrincipal; column: PrincipalColumn }) {
  switch (column) {
    case "name":
      return principal.name;
    case "id":
      return <Copy inline label={t("principals.column.id")} value={principal.id} />;
    case "access":
      return accessOf(principal);
    case "owner":
      return <Owner principal={principal} />;
    case "created":
      return <Time at={principal.createdAt} />;
    case "used":
      return principal.lastUsedAt === null ? <span className="cw-none">{t("value.never")}</span> : <TimeAgo at={principal.lastUsedAt} />;
  }
}

const colourOfOwner = { reduced: "orange", gone: "red", unconfirmed: "red", none: "orange" } as const;

/** The owner and, when not all is well with him, what that means and what to do. */
function Owner({ principal: { owner, ownerState } }: { principal: ServicePrincipal }) {
  if (ownerState === "active") return owner;
  return (
    <>
      {owner} <Label isCompact color={colourOfOwner[ownerState]}>{t(`principals.owner.${ownerState}`)}</Label>
      <Content component="small">{t(`principals.owner.${ownerState}.body`)}</Content>
    </>
  );
}
