import { Button, Flex, FlexItem, PageSection, Stack, StackItem } from "@patternfly/react-core";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { ConnectionDraft } from "../../../../api/contract";
import { t } from "../../../../i18n";
import { Copy } from "../../../../ui/Copy";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { useDraftActions } from "../../draftQueries";
import { authenticationRoute, connectionRoute } from "../../routes";
import { DirectoryNotice } from "../DirectoryNotice";
import { AttributeFields } from "./AttributeFields";
import { ConnectionFields } from "./ConnectionFields";
import { DiscardDraftDialog } from "./DiscardDraftDialog";
import { LogoutFields } from "./LogoutFields";
import { MetadataImport } from "./MetadataImport";
import { ScopedEntityId } from "./ScopedEntityId";
import { Section } from "./Section";
import { ServiceProviderValues } from "./ServiceProviderValues";
import { TestDialog } from "./TestDialog";
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

  const leave = () => {
    form.fail(null);
    actions.change.mutate(form.values, { onSuccess: () => void navigate(authenticationRoute.link()), onError: form.fail });
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
          </StackItem>
          <StackItem>
            <Section title={t("saml.section.provider")} lead={t("saml.section.provider.lead")}>
              <div className="cw-break">
                {t("connection.signInUrl")} <Copy inline label={t("connection.signInUrl")} value={draft.signInUrl} /> {t("connection.signInUrl.later")}
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
              <ConnectionFields form={form} certificate={actions.certificate} />
            </Section>
          </StackItem>
          <StackItem>
            <Section title={t("saml.section.logout")}>
              <LogoutFields form={form} />
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
            <Button onClick={test.run} isDisabled={test.busy} isLoading={test.busy}>
              {t("saml.testAndFinish")}
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
        <TestDialog
          test={draft.test}
          blockedUrl={test.blockedUrl}
          finishing={actions.finish.isPending}
          error={actions.finish.error}
          onFinish={finish}
          onAgain={test.run}
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
