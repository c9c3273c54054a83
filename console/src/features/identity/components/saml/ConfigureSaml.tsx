import { Alert, Button, Flex, FlexItem, PageSection, Stack, StackItem } from "@patternfly/react-core";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { ConnectionDraft } from "../../../../api/contract/drafts";
import { t } from "../../../../i18n";
import { Copy } from "../../../../ui/Copy";
import { focusFirstError } from "../../../../ui/focus";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { useDraft } from "../../../../ui/useDraft";
import { useDraftActions } from "../../draftQueries";
import { usePresets } from "../../federationQueries";
import { authenticationRoute, connectionRoute } from "../../routes";
import { DirectoryNotice } from "../DirectoryNotice";
import { DraftTestDialog } from "../test/DraftTestDialog";
import { AttributeFields } from "./AttributeFields";
import { ConnectionFields } from "./ConnectionFields";
import { DiscardDraftDialog } from "./DiscardDraftDialog";
import { DraftWarnings } from "./DraftWarnings";
import { EncryptionFields } from "./EncryptionFields";
import { focusSetting } from "./fieldIds";
import { LogoutFields } from "./LogoutFields";
import { MetadataImport } from "./MetadataImport";
import { PresetField } from "./PresetField";
import { ScopedEntityId } from "./ScopedEntityId";
import { Section } from "./Section";
import { ServiceProviderValues } from "./ServiceProviderValues";
import { shownFields, useSamlForm } from "./useSamlForm";
import { useTestRun } from "./useTestRun";

/** The page "Configure SAML": all settings of a connection, until its test has passed. */
export function ConfigureSaml({ draft }: { draft: ConnectionDraft }) {
  const form = useSamlForm(draft);
  const actions = useDraftActions(draft.id);
  const scoped = useDraftActions(draft.id).change;
  const test = useTestRun(form, actions);
  const navigate = useNavigate();
  const [discarding, setDiscarding] = useState(false);
  const presets = usePresets().data?.items ?? [];
  const [presetKey, setPresetKey] = useDraft(`saml.preset.${draft.id}`, "");
  const preset = presets.find(({ key }) => key === presetKey);

  const leave = () => {
    form.fail(null);
    actions.change.mutate(form.values, {
      onSuccess: () => {
        form.forget();
        void navigate(authenticationRoute.link());
      },
      onError: (refused) => {
        form.fail(refused);
        focusFirstError();
      },
    });
  };
  const finish = () =>
    actions.finish.mutate(undefined, {
      onSuccess: (connection) => {
        form.forget();
        void navigate(connectionRoute.link({ connectionId: connection.id }), { state: { finished: true } });
      },
    });

  return (
    <>
      <PageSection isFilled>
        <Stack hasGutter>
          <StackItem>
            <DirectoryNotice />
            {draft.clonedFrom ? <Alert isInline variant="info" title={t("clone.draft")} className="cw-alert">{t("clone.draft.body")}</Alert> : null}
            <DraftWarnings warnings={draft.warnings} />
          </StackItem>
          <StackItem>
            <Section title={t("saml.section.provider")} lead={t("saml.section.provider.lead")}>
              <div className="cw-break">
                {t("connection.signInUrl")} <Copy inline label={t("connection.signInUrl")} value={draft.signInUrl} />
              </div>
              <ScopedEntityId draft={draft} change={scoped} />
              <ServiceProviderValues serviceProvider={draft.serviceProvider} />
            </Section>
          </StackItem>
          <StackItem>
            <Section title={t("saml.section.import")} lead={t("saml.section.import.lead")}>
              <MetadataImport form={form} metadata={actions.metadata} />
            </Section>
          </StackItem>
          <StackItem>
            <Section title={t("saml.section.connection")}>
              {presets.length > 0 && <PresetField presets={presets} chosen={preset} onChoose={setPresetKey} />}
              <ConnectionFields form={form} certificate={actions.certificate} preset={preset} />
            </Section>
          </StackItem>
          <StackItem>
            <Section title={t("saml.section.logout")}>
              <LogoutFields form={form} preset={preset} />
            </Section>
          </StackItem>
          <StackItem>
            <Section title={t("saml.section.encryption")}>
              <EncryptionFields form={form} scoped={draft.settings.scopedEntityId} />
            </Section>
          </StackItem>
          <StackItem>
            <Section title={t("saml.section.attributes")} lead={t("saml.section.attributes.lead")}>
              <AttributeFields form={form} />
            </Section>
          </StackItem>
        </Stack>
      </PageSection>
      <PageSection className="cw-sticky" isFilled={false}>
        <ProblemAlert error={form.failure} shown={shownFields(form)} far />
        <Flex columnGap={{ default: "columnGapSm" }} className="cw-gap">
          <FlexItem>
            <Button onClick={() => test.run(true)} isDisabled={test.busy} isLoading={test.busy}>
              {t("saml.testAndFinish")}
            </Button>
          </FlexItem>
          <FlexItem>
            <Button variant="secondary" onClick={() => test.run(false)} isDisabled={test.busy}>
              {t("saml.testOnly")}
            </Button>
          </FlexItem>
          <FlexItem>
            <Button variant="secondary" onClick={leave} isDisabled={test.busy}>
              {t("saml.saveDraft")}
            </Button>
          </FlexItem>
          <FlexItem>
            <Button variant="link" onClick={() => setDiscarding(true)}>
              {t("saml.discard")}
            </Button>
          </FlexItem>
        </Flex>
      </PageSection>
      {test.open && (
        <DraftTestDialog
          test={draft.test}
          testId={test.testId}
          mayFinish={test.finishing}
          blockedUrl={test.blockedUrl}
          finishing={actions.finish.isPending}
          error={actions.finish.error}
          onFinish={finish}
          onAgain={() => test.run(test.finishing)}
          onSetting={(setting) => {
            test.close();
            focusSetting(setting);
          }}
          onClose={test.close}
        />
      )}
      {discarding && (
        <DiscardDraftDialog
          discard={actions.discard}
          onClose={() => setDiscarding(false)}
          onDone={() => {
            form.forget();
            void navigate(authenticationRoute.link());
          }}
        />
      )}
    </>
  );
}
