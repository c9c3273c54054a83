import { Checkbox, Content, Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import type { DirectoryPrincipal } from "../../../api/contract/directory";
import { t } from "../../../i18n";

interface Props {
  found: readonly DirectoryPrincipal[];
  /** SIDs of those who are chosen, and of those who have the offering already. */
  chosen: ReadonlySet<string>;
  assigned: ReadonlySet<string>;
  onChoose: (principal: DirectoryPrincipal, on: boolean) => void;
}

/** What a person calls a user or a group. */
export function labelOf({ displayName, name }: DirectoryPrincipal): string {
  return displayName || name;
}

export function FoundTable({ found, chosen, assigned, onChoose }: Props) {
  return (
    <Table aria-label={t("assign.results")} variant="compact">
      <Thead>
        <Tr>
          <Th screenReaderText={t("assign.chosen")} />
          <Th width={40}>{t("assignments.column.name")}</Th>
          <Th>{t("assign.account")}</Th>
          <Th>{t("assignments.column.kind")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {found.map((principal) => {
          const already = assigned.has(principal.sid);
          return (
            <Tr key={principal.sid}>
              <Td className="pf-v6-c-table__check">
                <Checkbox
                  id={`found-${principal.sid}`}
                  aria-label={t("assign.select", { name: labelOf(principal) })}
                  isChecked={already || chosen.has(principal.sid)}
                  isDisabled={already}
                  onChange={(_, on) => onChoose(principal, on)}
                />
              </Td>
              <Td dataLabel={t("assignments.column.name")} modifier="breakWord">
                {labelOf(principal)} {already && <Label isCompact>{t("assign.already")}</Label>}{" "}
                {principal.disabled && (
                  <Label isCompact color="orange">
                    {t("assign.disabled")}
                  </Label>
                )}
                {principal.description !== "" && <Content component="small">{principal.description}</Content>}
              </Td>
              <Td dataLabel={t("assign.account")} modifier="breakWord">
                {principal.upn || principal.sam}
                <Content component="small">{principal.domain}</Content>
              </Td>
              <Td dataLabel={t("assignments.column.kind")}>{t(`assignments.kind.${principal.kind}`)}</Td>
            </Tr>
          );
        })}
      </Tbody>
    </Table>
  );
}
