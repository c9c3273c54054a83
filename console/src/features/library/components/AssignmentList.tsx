import { Button, Content } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { type ReactNode, useState } from "react";
import type { Assignment, Offering } from "../../../api/contract/library";
import { t } from "../../../i18n";
import { Nothing } from "../../../ui/DataState";
import { PagedList } from "../../../ui/PagedList";
import { Time } from "../../../ui/Time";
import { useAssignments } from "../queries";
import { RemoveAssignmentDialog } from "./RemoveAssignmentDialog";

/** Who may open an offering (IAM-029, IAM-034). `add` is the next thing to do while there is nobody. */
export function AssignmentList({ offering, add }: { offering: Offering; add: ReactNode }) {
  const assignments = useAssignments(offering.id);
  const [removing, setRemoving] = useState<Assignment | null>(null);
  return (
    <PagedList
      query={assignments}
      none={
        <Nothing title={t("assignments.none.title")} actions={add}>
          {t("assignments.none.body")}
        </Nothing>
      }
    >
      {(items) => (
        <>
          <Table aria-label={t("assignments.title")}>
            <Thead>
              <Tr>
                <Th width={30}>{t("assignments.column.name")}</Th>
                <Th>{t("assignments.column.kind")}</Th>
                <Th>{t("assignments.column.domain")}</Th>
                <Th>{t("assignments.column.assigned")}</Th>
                <Th screenReaderText={t("actions.column")} />
              </Tr>
            </Thead>
            <Tbody>
              {items.map((assignment) => (
                <Tr key={assignment.id}>
                  <Td dataLabel={t("assignments.column.name")} modifier="breakWord">
                    <span title={assignment.sid}>{assignment.name}</span>
                  </Td>
                  <Td dataLabel={t("assignments.column.kind")}>{t(`assignments.kind.${assignment.kind}`)}</Td>
                  <Td dataLabel={t("assignments.column.domain")} modifier="breakWord">
                    {assignment.domain}
                  </Td>
                  <Td dataLabel={t("assignments.column.assigned")}>
                    <Time at={assignment.assignedAt} />
                    {assignment.assignedBy !== "" && (
                      <Content component="small">{t("assignments.by", { name: assignment.assignedBy })}</Content>
                    )}
                  </Td>
                  <Td isActionCell>
                    <Button variant="link" isInline aria-label={t("assignments.remove.of", { name: assignment.name })} onClick={() => setRemoving(assignment)}>
                      {t("assignments.remove")}
                    </Button>
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
          {removing !== null && <RemoveAssignmentDialog offering={offering} assignment={removing} onClose={() => setRemoving(null)} />}
        </>
      )}
    </PagedList>
  );
}
