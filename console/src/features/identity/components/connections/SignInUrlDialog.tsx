import { Alert, Content, FormGroup, Modal, ModalHeader, Radio } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import type { ConnectionDraftInput } from "../../../../api/contract/drafts";
import { useCustomer } from "../../../../api/customer";
import { ApiError } from "../../../../api/problem";
import { domainsQuery } from "../../../../api/queries";
import { t } from "../../../../i18n";
import { FlowForm } from "../../../../ui/FlowForm";
import { useDraft } from "../../../../ui/useDraft";
import { useCreateDraft } from "../../draftQueries";
import { samlDraftRoute } from "../../routes";
import { FrontendKinds } from "../saml/FrontendKinds";
import { SignInUrlField } from "./SignInUrlField";

const templates = ["", "b2b"] as const satisfies readonly ConnectionDraftInput["template"][];
const shown = ["signInUrlId"];

/**
 * The first questions of a new SAML connection: its identifier, and whom it is for, which decides what the settings begin with (SAM-221).
 * The settings follow once the identifier is taken (SAM-023, SAM-110).
 */
export function SignInUrlDialog({ onClose }: { onClose: () => void }) {
  const [identifier, setIdentifier, forget] = useDraft("saml.identifier", "");
  const [template, setTemplate, forgetTemplate] = useDraft<ConnectionDraftInput["template"]>("saml.template", "");
  const domains = useQuery(domainsQuery(useCustomer().id));
  const create = useCreateDraft();
  const navigate = useNavigate();
  const error = create.error instanceof ApiError ? create.error.field("signInUrlId") : undefined;
  const save = () =>
    create.mutate({ signInUrlId: identifier, template }, {
      onSuccess: (draft) => {
        forget();
        forgetTemplate();
        void navigate(samlDraftRoute.link({ draftId: draft.id }));
      },
    });

  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="signin-url-title">
      <ModalHeader title={t("saml.connect.title")} labelId="signin-url-title" />
      <FlowForm action={t("saml.connect.continue")} busy={create.isPending} error={create.error} fields={shown} onSubmit={save} onClose={onClose}>
        {domains.data?.items.length === 0 && (
          <Alert isInline variant="warning" title={t("directory.none.title")}>
            {t("directory.none.body")}
          </Alert>
        )}
        <Content component="p">{t("saml.connect.body")}</Content>
        <SignInUrlField
          id="signin-url-id"
          value={identifier}
          error={error}
          onChange={(value) => {
            setIdentifier(value);
            if (create.isError) create.reset();
          }}
        />
        <FormGroup role="radiogroup" isStack label={t("saml.template")} fieldId="saml-template">
          {templates.map((each) => (
            <Radio
              key={each}
              id={`saml-template-${each || "four"}`}
              name="saml-template"
              label={t(each === "" ? "saml.template.four" : "saml.template.b2b")}
              description={t(each === "" ? "saml.template.four.body" : "saml.template.b2b.body")}
              isChecked={template === each}
              onChange={() => setTemplate(each)}
            />
          ))}
        </FormGroup>
        {template === "b2b" && <FrontendKinds />}
      </FlowForm>
    </Modal>
  );
}
