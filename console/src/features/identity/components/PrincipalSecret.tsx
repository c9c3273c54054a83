import { Alert, Button, Form, ModalBody, ModalFooter } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import type { ServicePrincipalCreated } from "../../../api/contract/principals";
import { useCustomer } from "../../../api/customer";
import { t } from "../../../i18n";
import { Copy } from "../../../ui/Copy";
import { saveText } from "../../../ui/download";
import { Field } from "../../../ui/Field";

/** ID and secret of a new service principal. The secret cannot be shown again. */
export function PrincipalSecret({ created, onClose }: { created: ServicePrincipalCreated; onClose: () => void }) {
  const { id: customerId } = useCustomer();
  const { servicePrincipal, secret } = created;
  const save = () =>
    saveText(
      `${servicePrincipal.id}.json`,
      `${JSON.stringify({ customerId, clientId: servicePrincipal.id, clientSecret: secret }, null, 2)}\n`,
      "application/json",
    );
  return (
    <>
      <ModalBody>
        <Alert isInline variant="warning" title={t("principals.secret.once")}>
          {t("principals.secret.body")}
        </Alert>
        <Form className="cw-gap">
          <Field id="principal-id" label={t("principals.column.id")}>
            <Copy label={t("principals.column.id")} value={servicePrincipal.id} />
          </Field>
          <Field id="principal-secret" label={t("principals.secret")}>
            <Copy label={t("principals.secret")} value={secret} />
          </Field>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button icon={<DownloadIcon />} onClick={save}>
          {t("action.download")}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t("action.close")}
        </Button>
      </ModalFooter>
    </>
  );
}
