import { Content, Title } from "@patternfly/react-core";
import type { Me } from "../api/contract/session";
import { t } from "../i18n";
import { CopyText } from "../ui/CopyText";

/** Who is signed in, and the names and numbers by which support and API know the customer (PLT-415). */
export function CustomerIdentity({ me }: { me: Me }) {
  return (
    <div className="cw-identity">
      <Content component="small">{t("session.signedin", { email: me.login.email })}</Content>
      {me.customer !== null && (
        <>
          <Title headingLevel="h2" size="md" className="cw-gap">
            {me.customer.name}
          </Title>
          <dl className="cw-gap">
            <Identifier label={t("customer.orgid")} value={me.customer.orgId} />
            <Identifier label={t("customer.id")} value={me.customer.id} />
          </dl>
        </>
      )}
    </div>
  );
}

function Identifier({ label, value }: { label: string; value: string }) {
  return (
    <>
      <dt>
        <strong>{label}</strong>
      </dt>
      <dd>
        <CopyText label={label} value={value} />
      </dd>
    </>
  );
}
