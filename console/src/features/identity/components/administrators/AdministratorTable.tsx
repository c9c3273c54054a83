import { Content, Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { Administrator } from "../../../../api/contract/administrators";
import { t } from "../../../../i18n";
import { type Action, ActionsMenu } from "../../../../ui/ActionsMenu";
import { Breakable } from "../../../../ui/Breakable";
import { Time } from "../../../../ui/Time";
import type { Sort } from "../../../../ui/useSort";
import { type ColumnKey, isGroup, nameOf, textOf } from "./columns";

interface Props {
  administrators: readonly Administrator[];
  sort: Sort<ColumnKey>;
  columns: readonly ColumnKey[];
  /** IDs of the chosen rows. */
  chosen: ReadonlySet<string>;
  onChoose: (ids: readonly string[], on: boolean) => void;
  onResend: (administrator: Administrator) => void;
  onDelete: (administrator: Administrator) => void;
}

/** The documented columns (IAM-045). */
export function AdministratorTable({ administrators, sort, columns, chosen, onChoose, onResend, onDelete }: Props) {
  const ids = administrators.map(({ id }) => id);
  return (
    <Table aria-label={t("administrators.title")}>
      <Thead>
        <Tr>
          <Th
            aria-label={t("administrators.select.column")}
            select={{ isSelected: ids.every((id) => chosen.has(id)), onSelect: (_, on) => onChoose(ids, on) }}
          />
          {columns.map((key) => (
            <Th key={key} modifier="nowrap" sort={sort.of(key)}>
              {t(`administrators.column.${key}`)}
            </Th>
          ))}
          <Th screenReaderText={t("actions.column")} />
        </Tr>
      </Thead>
      <Tbody>
        {administrators.map((administrator, rowIndex) => (
          <Tr key={administrator.id}>
            <Td
              select={{ rowIndex, isSelected: chosen.has(administrator.id), onSelect: (_, on) => onChoose([administrator.id], on) }}
              aria-label={t("administrators.select", { name: nameOf(administrator) })}
            />
            {columns.map((key) => (
              <Td key={key} dataLabel={t(`administrators.column.${key}`)} modifier="breakWord">
                <Cell administrator={administrator} column={key} />
              </Td>
            ))}
            <Td isActionCell>
              <ActionsMenu
                label={t("actions.for", { name: nameOf(administrator) })}
                actions={actionsOf(administrator, { onResend, onDelete })}
              />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function actionsOf(administrator: Administrator, { onResend, onDelete }: Pick<Props, "onResend" | "onDelete">): Action[] {
  const remove: Action = { label: t(isGroup(administrator) ? "administrators.delete.group" : "administrators.delete"), danger: true, onClick: () => onDelete(administrator) };
  if (administrator.status === "active") return [remove];
  const disabledReason = administrator.status === "expired" ? t("administrators.resend.expired") : undefined;
  return [{ label: t("administrators.resend"), onClick: () => onResend(administrator), disabledReason }, remove];
}

const colourOfStatus = { active: "green", inviteSent: "blue", expired: "orange" } as const;

function Cell({ administrator, column }: { administrator: Administrator; column: ColumnKey }) {
  const text = textOf(administrator, column);
  switch (column) {
    case "name":
      return (
        <>
          <Breakable text={text} /> {administrator.you && <Label isCompact>{t("administrators.you")}</Label>}
          {administrator.sameAs ? <Label isCompact color="blue">{t("administrators.sameAs")}</Label> : null}
          {administrator.domain ? <Content component="small">{administrator.domain}</Content> : null}
        </>
      );
    case "email":
      return <Breakable text={text} />;
    case "status":
      return (
        <>
          <Label color={colourOfStatus[administrator.status]}>{text}</Label>
          {administrator.expiresAt !== null && administrator.status !== "active" && (
            <Content component="small">
              {t(administrator.status === "expired" ? "administrators.ended" : "administrators.until")} <Time at={administrator.expiresAt} />
            </Content>
          )}
        </>
      );
    case "access":
      return (
        <>
          {text}
          {administrator.access === "custom" && (
            <Content component="small">{administrator.permissions.map((permission) => t(`permission.${permission}`)).join(", ")}</Content>
          )}
        </>
      );
    default:
      return text;
  }
}
