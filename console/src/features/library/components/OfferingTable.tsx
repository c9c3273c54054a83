import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Link, useNavigate } from "react-router";
import type { Offering } from "../../../api/contract";
import { t } from "../../../i18n";
import { ActionsMenu } from "../../../ui/ActionsMenu";
import type { Sort } from "../../../ui/useSort";
import { assignRoute, editOfferingRoute, offeringRoute } from "../routes";
import { OfferingIcon } from "./OfferingIcon";

export type OfferingColumn = "name" | "category" | "address" | "assignments";

interface Props {
  offerings: readonly Offering[];
  sort: Sort<OfferingColumn>;
  onDelete: (offering: Offering) => void;
}

export function OfferingTable({ offerings, sort, onDelete }: Props) {
  const navigate = useNavigate();
  return (
    <Table aria-label={t("library.title")}>
      <Thead>
        <Tr>
          {(["name", "category", "address", "assignments"] as const).map((key) => (
            <Th key={key} sort={sort.of(key)} modifier="wrap">
              {t(`library.column.${key}`)}
            </Th>
          ))}
          <Th screenReaderText={t("actions.column")} />
        </Tr>
      </Thead>
      <Tbody>
        {offerings.map((offering) => (
          <Tr key={offering.id}>
            <Td dataLabel={t("library.column.name")} modifier="breakWord">
              <span className="cw-named">
                <OfferingIcon offering={offering} />
                <Link to={offeringRoute.link({ offeringId: offering.id })}>{offering.name}</Link>
              </span>
            </Td>
            <Td dataLabel={t("library.column.category")} modifier="breakWord">
              {offering.category === "" ? <span className="cw-none">{t("value.none")}</span> : offering.category}
            </Td>
            <Td dataLabel={t("library.column.address")} modifier="breakWord">
              {offering.address}
            </Td>
            <Td dataLabel={t("library.column.assignments")}>{offering.assignments}</Td>
            <Td isActionCell>
              <ActionsMenu
                label={t("actions.for", { name: offering.name })}
                actions={[
                  { label: t("offering.manage"), onClick: () => void navigate(assignRoute.link({ offeringId: offering.id })) },
                  { label: t("offering.edit.action"), onClick: () => void navigate(editOfferingRoute.link({ offeringId: offering.id })) },
                  { label: t("action.delete"), danger: true, onClick: () => onDelete(offering) },
                ]}
              />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
