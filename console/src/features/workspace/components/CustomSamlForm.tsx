import { ActionGroup, Alert, Button, Card, CardBody, CardTitle, Content, Form, FormGroup, List, ListComponent, ListItem, Radio, Switch } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import type { ServiceProvider } from "../../../api/contract/saml";
import type { CustomSaml, CustomSamlInput, CustomServiceProvider } from "../../../api/contract/customDomain";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { CertificateFiles } from "../../../ui/CertificateFiles";
import { ConfirmDialog } from "../../../ui/ConfirmDialog";
import { Copy } from "../../../ui/Copy";
import { TextField } from "../../../ui/Field";
import { focusFirstError } from "../../../ui/focus";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDraft } from "../../../ui/useDraft";
import { Values } from "../../../ui/Values";
import type { useSamlActions } from "../domainQueries";
import { workspaceAddressRoute } from "../routes";

interface Props {
  /** null = not configured yet. */
  saml: CustomSaml | null;
  ours: CustomServiceProvider;
  actions: ReturnType<typeof useSamlActions>;
  host: string;
  /** The customer's workspace address, without the scheme. */
  workspaceHost: string;
}

const empty: CustomSamlInput = { mode: "both", idpEntityId: "", ssoServiceUrl: "", logoutUrl: "", certificates: [], scopedEntityId: false };
const shown = ["idpEntityId", "ssoServiceUrl", "logoutUrl", "certificates", "scopedEntityId"];

function inputOf({ mode, idpEntityId, ssoServiceUrl, logoutUrl, certificates, scopedEntityId }: CustomSamlInput): CustomSamlInput {
  return { mode, idpEntityId, ssoServiceUrl, logoutUrl, certificates, scopedEntityId };
}

/** The second application at the identity provider, which takes sign-ins on the workspace's own host (SSO-181, SSO-187). */
export function CustomSamlForm({ saml, ours, actions: { set, remove, read }, host, workspaceHost }: Props) {
  const [input, setInput, forget] = useDraft<CustomSamlInput>("workspace.custom-saml", inputOf(saml ?? empty));
  const [removing, setRemoving] = useState(false);
  const navigate = useNavigate();
  const refused = (field: string) => (set.error instanceof ApiError ? set.error.field(field) : undefined);
  const change = (part: Partial<CustomSamlInput>) => {
    set.reset();
    setInput((old) => ({ ...old, ...part }));
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    set.mutate(input, { onSuccess: forget, onError: focusFirstError });
  };
  const both = input.mode === "both";

  return (
    <Form onSubmit={save} noValidate className="cw-form">
      {set.isSuccess && <Alert isInline isLiveRegion variant="success" title={t("workspace.saved")} />}
      <ProblemAlert error={set.error} shown={shown} />
      <FormGroup role="radiogroup" isStack label={t("domain.saml.mode")} fieldId="custom-mode">
        <Radio
          id="custom-mode-both"
          className="cw-choice"
          name="custom-mode"
          label={t("domain.saml.both", { workspace: workspaceHost })}
          description={t("domain.saml.both.body")}
          isChecked={both}
          onChange={() => change({ mode: "both" })}
        />
        <Radio
          id="custom-mode-only"
          name="custom-mode"
          label={t("domain.saml.customOnly")}
          description={t("domain.saml.customOnly.body", { host })}
          isChecked={!both}
          onChange={() => change({ mode: "customOnly" })}
        />
      </FormGroup>
      <Alert isInline variant="info" title={t("domain.saml.delay")}>
        {both && <p>{t("domain.saml.directory")}</p>}
        <p>{t("domain.saml.pull")}</p>
      </Alert>
      {!both && ours.signInUrl !== "" && (
        <Alert isInline variant="warning" title={t("domain.saml.administrators")}>
          <p className="cw-break">{t("domain.saml.administrators.body", { url: ours.signInUrl, acs: ours.acsUrl, host })}</p>
          <p>{t("domain.saml.administrators.way")}</p>
        </Alert>
      )}
      <Ours serviceProvider={valuesOf(input, saml, ours)} />
      {both && (
        <>
          <List component={ListComponent.ol}>
            <ListItem>{t("domain.saml.step1")}</ListItem>
            <ListItem>{t("domain.saml.step2")}</ListItem>
          </List>
          <div className="cw-switch">
            <Switch
              id="custom-scoped"
              label={t("saml.scoped")}
              isChecked={input.scopedEntityId}
              onChange={(_, scopedEntityId) => change({ scopedEntityId })}
            />
            <Content component="small">{t("domain.saml.scoped.help")}</Content>
          </div>
          <TextField
            id="custom-entity"
            label={t("view.idpEntityId.custom")}
            help={t("saml.idpEntityId.help")}
            required
            value={input.idpEntityId}
            error={refused("idpEntityId")}
            onChange={(idpEntityId) => change({ idpEntityId })}
          />
          <TextField
            id="custom-sso"
            type="url"
            label={t("domain.saml.sso")}
            help={t("saml.ssoServiceUrl.help")}
            required
            value={input.ssoServiceUrl}
            error={refused("ssoServiceUrl")}
            placeholder="https://"
            onChange={(ssoServiceUrl) => change({ ssoServiceUrl })}
          />
          <TextField
            id="custom-logout"
            type="url"
            label={t("domain.saml.logout")}
            help={t("domain.saml.logout.help")}
            value={input.logoutUrl}
            error={refused("logoutUrl")}
            placeholder="https://"
            onChange={(logoutUrl) => change({ logoutUrl })}
          />
          <CertificateFiles
            id="custom-certificate"
            label={t("view.certificate.custom")}
            certificates={input.certificates}
            read={read}
            error={refused("certificates")}
            onChange={(certificates) => change({ certificates })}
          />
        </>
      )}
      <ActionGroup>
        <Button type="submit" isLoading={set.isPending} isDisabled={set.isPending}>
          {t("action.save")}
        </Button>
        {saml !== null && (
          <Button variant="link" isDanger onClick={() => setRemoving(true)}>
            {t("domain.saml.remove")}
          </Button>
        )}
      </ActionGroup>
      {removing && (
        <ConfirmDialog
          danger
          title={t("domain.saml.remove.title")}
          confirm={t("domain.saml.remove")}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() =>
            remove.mutate(undefined, {
              onSuccess: () => {
                forget();
                void navigate(workspaceAddressRoute.link());
              },
            })
          }
          onClose={() => setRemoving(false)}
        >
          {t("domain.saml.remove.body", { host })}
        </ConfirmDialog>
      )}
    </Form>
  );
}

/** What the application has to know about us with what is chosen now; "" = it is there only after it was saved (SSO-160). */
function valuesOf({ mode, scopedEntityId }: CustomSamlInput, saml: CustomSaml | null, ours: CustomServiceProvider): ServiceProvider {
  if (mode === "customOnly") return ours.customOnly;
  if (!scopedEntityId) return ours.both;
  if (saml?.mode === "both" && saml.scopedEntityId) return saml.serviceProvider;
  return { ...ours.both, entityId: "", metadataUrl: "" };
}

/** What the application must be told about us, and its metadata, before anything is saved too: it is made from them (SSO-161, SSO-185). */
function Ours({ serviceProvider }: { serviceProvider: ServiceProvider }) {
  const later = <span className="cw-none">{t("domain.saml.ours.later")}</span>;
  const copied = (label: string, value: string) => ({ label, value: value === "" ? later : <Copy inline label={label} value={value} /> });
  return (
    <Card isCompact>
      <CardTitle component="h2">{t("domain.saml.ours")}</CardTitle>
      <CardBody>
        <Content component="p">{t(serviceProvider.metadataUrl === "" ? "domain.saml.ours.unsaved" : "domain.saml.ours.lead")}</Content>
        <Values
          rows={[
            copied(t("view.entityId.custom"), serviceProvider.entityId),
            copied(t("view.acsUrl.custom"), serviceProvider.acsUrl),
            copied(t("view.logoutUrl.custom"), serviceProvider.logoutUrl),
            {
              label: t("view.metadata.custom"),
              value:
                serviceProvider.metadataUrl === "" ? (
                  later
                ) : (
                  <a href={serviceProvider.metadataUrl} target="_blank" rel="noreferrer">
                    {t("action.download")}
                  </a>
                ),
              help: t("view.metadata.help"),
            },
          ]}
        />
      </CardBody>
    </Card>
  );
}
