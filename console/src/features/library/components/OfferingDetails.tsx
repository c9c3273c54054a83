import {
  Card,
  CardBody,
  CardTitle,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from "@patternfly/react-core";
import type { ReactNode } from "react";
import type { Offering } from "../../../api/contract/library";
import { t } from "../../../i18n";
import { Time } from "../../../ui/Time";

export function OfferingDetails({ offering }: { offering: Offering }) {
  const entries: readonly [label: string, value: ReactNode][] = [
    [t("offering.address"), offering.address],
    [t("offering.description"), offering.description],
    [t("offering.category"), offering.category],
    [t("offering.created"), <Time key="created" at={offering.createdAt} />],
  ];
  return (
    <Card>
      <CardTitle component="h2">{t("offering.details")}</CardTitle>
      <CardBody>
        <DescriptionList isCompact>
          {entries.map(([label, value]) => (
            <DescriptionListGroup key={label}>
              <DescriptionListTerm>{label}</DescriptionListTerm>
              <DescriptionListDescription className="cw-break">
                {value === "" ? <span className="cw-none">{t("value.none")}</span> : value}
              </DescriptionListDescription>
            </DescriptionListGroup>
          ))}
        </DescriptionList>
      </CardBody>
    </Card>
  );
}
