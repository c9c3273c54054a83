import { Card, CardBody, CardTitle, Content, List, ListItem } from "@patternfly/react-core";
import { t } from "../../../i18n";

const byHand = ["read", "compare", "upload", "test", "remove"] as const;

/** What an administrator does about a new certificate; the mails lead here (SSO-216). */
export function Steps() {
  return (
    <Card>
      <CardTitle component="h2">{t("rotation.steps")}</CardTitle>
      <CardBody>
        <Content component="p">{t("rotation.steps.lead")}</Content>
        <List component="ol">
          {byHand.map((step) => (
            <ListItem key={step}>{t(`rotation.steps.${step}`)}</ListItem>
          ))}
        </List>
      </CardBody>
    </Card>
  );
}
