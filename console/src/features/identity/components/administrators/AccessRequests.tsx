import { Button, Card, CardBody, CardTitle, Content, List, ListItem } from "@patternfly/react-core";
import { Link } from "react-router";
import { t } from "../../../../i18n";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { TimeAgo } from "../../../../ui/Time";
import { useAccessRequests, useDismissRequest } from "../../administratorQueries";
import { inviteRoute } from "../../routes";

/** People who ask to join; nothing while there are none (IAM-059). */
export function AccessRequests() {
  const requests = useAccessRequests();
  const dismiss = useDismissRequest();
  const items = requests.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card className="cw-values">
      <CardTitle component="h2">{t("requests.title")}</CardTitle>
      <CardBody>
        <Content component="p">{t("requests.lead")}</Content>
        <ProblemAlert error={dismiss.error} />
        <List isPlain isBordered>
          {items.map(({ id, name, email, requestedAt }) => (
            <ListItem key={id}>
              <div className="cw-header">
                <span className="cw-break">
                  {t("requests.when", { name, email })} <TimeAgo at={requestedAt} />
                </span>
                <span>
                  <Link to={inviteRoute.link(undefined, { email })}>{t("requests.invite")}</Link>{" "}
                  <Button
                    variant="link"
                    isInline
                    className="cw-beside"
                    aria-label={t("requests.dismiss", { name })}
                    isDisabled={dismiss.isPending}
                    onClick={() => dismiss.mutate(id)}
                  >
                    {t("action.dismiss")}
                  </Button>
                </span>
              </div>
            </ListItem>
          ))}
        </List>
      </CardBody>
    </Card>
  );
}
