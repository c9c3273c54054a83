import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Link, useNavigate } from "react-router";
import type { Offering } from "../../../api/contract/library";
import { t } from "../../../i18n";
import { ActionsMenu } from "../../../ui/ActionsMenu";
import type { Sort } from "../../../ui/useSort";
import { assignRoute, editOfferingRoute, offeringRoute } from "../routes";
import type { OfferingColumn } from "./columns";
import { OfferingIcon } from "./OfferingIcon";

interface Props {
  offerings: readonly Offering[];
  sort: Sort<OfferingColumn>;
  columns: readonly OfferingColumn[];
  onDelete: (offering: Offering) => void;
}

export function OfferingTable({ offerings, sort, columns, onDelete }: Props) {
  const navigate = useNavigate();
  return (
    <Table aria-label={t("library.title")}>
      <Thead>
        <Tr>
          {columns.map((key) => (
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
            {columns.map((key) => (
              <Td key={key} dataLabel={t(`library.column.${key}`)} modifier="breakWord">
                <Cell offering={offering} column={key} />
              </Td>
            ))}
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

function Cell({ offering, column }: { offering: Offering; column: OfferingColumn }) {
  switch (column) {
    case "name":
      return (
        <span className="cw-named">
          <OfferingIcon offering={offering} />
          <Link to={offeringRoute.link({ offeringId: offering.id })}>{offering.name}</Link>
        </span>
      );
    case "category":
      return offering.category === "" ? <span className="cw-none">{t("value.none")}</span> : offering.category;
    default:
      return offering[column];
  }
}
