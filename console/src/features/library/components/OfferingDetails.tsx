import { Card, CardBody, CardTitle, DescriptionList } from "@patternfly/react-core";
import type { Offering } from "../../../api/contract/library";
import { t } from "../../../i18n";
import { Time } from "../../../ui/Time";
import { type Row, ValueRows } from "../../../ui/Values";

export function OfferingDetails({ offering }: { offering: Offering }) {
  const rows: readonly Row[] = [
    { label: t("offering.address"), value: offering.address },
    { label: t("offering.description"), value: offering.description },
    { label: t("offering.category"), value: offering.category },
    { label: t("offering.created"), value: <Time at={offering.createdAt} /> },
  ];
  return (
    <Card>
      <CardTitle component="h2">{t("offering.details")}</CardTitle>
      <CardBody>
        <DescriptionList isCompact>
          <ValueRows rows={rows} />
        </DescriptionList>
      </CardBody>
    </Card>
  );
}
