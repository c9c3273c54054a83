import { Button, Form, PageSection, ProgressStep, ProgressStepper } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import type { InvitationInput } from "../../../api/contract/administrators";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { TextField } from "../../../ui/Field";
import { focusFirstError } from "../../../ui/focus";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDraft } from "../../../ui/useDraft";
import { useSearchState } from "../../../ui/useSearchState";
import { useInvite } from "../administratorQueries";
import { AccessFields } from "../components/administrators/AccessFields";
import { IdentityField } from "../components/administrators/IdentityField";
import { lacks, type StepKey, stepKeys } from "../components/administrators/invitation";
import { InvitationReview } from "../components/administrators/InvitationReview";
import { administratorsRoute, directoryAdministratorRoute, inviteRoute } from "../routes";

/** Fields that show what the server refused, by step. The review shows none of it: it gives way to the step with the field. */
const shownAt: Record<StepKey, readonly string[]> = { details: ["email"], access: ["permissions"], review: ["email", "permissions"] };

/** The wizard that invites an administrator: details, access, review (IAM-040). What is typed is kept from step to step. */
export default function InvitePage() {
  const [search] = useSearchParams();
  const asked = search.get("email") ?? ""; // of somebody who asked for access
  const [input, setInput, forget] = useDraft<InvitationInput>(`administrators.invite.${asked}`, { email: asked, access: "full", permissions: [] });
  const [wanted, setStep] = useSearchState("step", "details");
  const [checked, setChecked] = useState(false);
  const invite = useInvite();
  const navigate = useNavigate();

  // An address that leads to a later step without what the earlier ones need begins where that is asked for.
  const reached = stepKeys.find((key) => key === wanted || lacks(key, input) !== undefined) ?? "details";
  const index = stepKeys.indexOf(reached);
  const missing = checked ? lacks(reached, input) : undefined;
  const refused = (name: string) => (invite.error instanceof ApiError ? invite.error.field(name) : undefined);
  const change = (part: Partial<InvitationInput>) => {
    invite.reset();
    setInput((old) => ({ ...old, ...part }));
  };
  const go = (to: number) => {
    setChecked(false);
    setStep(stepKeys[to] ?? "details");
  };
  const next = (event: FormEvent) => {
    event.preventDefault();
    if (lacks(reached, input) !== undefined) {
      setChecked(true);
      focusFirstError();
      return;
    }
    if (reached !== "review") return go(index + 1);
    invite.mutate(
      { email: input.email.trim(), access: input.access, permissions: input.access === "full" ? [] : input.permissions },
      {
        onSuccess: () => {
          forget();
          void navigate(administratorsRoute.link(), { state: { invited: input.email.trim() } });
        },
        onError: (error) => {
          if (!(error instanceof ApiError)) return;
          if (error.field("email") !== undefined) go(0);
          else if (error.field("permissions") !== undefined) go(1);
          focusFirstError();
        },
      },
    );
  };

  return (
    <>
      <PageHeader route={inviteRoute} />
      <PageSection>
        <ProgressStepper aria-label={t("invite.steps")} className="cw-values">
          {stepKeys.map((key, at) => (
            <ProgressStep
              key={key}
              id={`invite-step-${key}`}
              titleId={`invite-step-${key}-title`}
              isCurrent={at === index}
              variant={at < index ? "success" : at === index ? "info" : "pending"}
              aria-label={t(`invite.step.${key}`)}
            >
              {t(`invite.step.${key}`)}
            </ProgressStep>
          ))}
        </ProgressStepper>
        <Form className="cw-form" onSubmit={next} noValidate>
          <ProblemAlert error={invite.error} shown={shownAt[reached]} />
          {reached === "details" && (
            <>
              <IdentityField value="citrix" onChange={() => void navigate(directoryAdministratorRoute.link())} />
              <TextField
                id="invite-email"
                label={t("invite.email")}
                required
                value={input.email}
                note={t("invite.email.note")}
                error={missing === "email" ? t("invite.email.missing") : refused("email")}
                onChange={(email) => change({ email })}
              />
            </>
          )}
          {reached === "access" && (
            <AccessFields input={input} onChange={change} error={missing === "permissions" ? t("invite.permissions.missing") : refused("permissions")} />
          )}
          {reached === "review" && <InvitationReview input={input} />}
          <div className="cw-buttons">
            {index > 0 && (
              <Button variant="secondary" onClick={() => go(index - 1)}>
                {t("action.back")}
              </Button>
            )}
            <Button type="submit" isLoading={invite.isPending} isDisabled={invite.isPending}>
              {reached === "review" ? t("invite.send") : t("action.next")}
            </Button>
            <Button
              variant="link"
              onClick={() => {
                forget();
                void navigate(administratorsRoute.link());
              }}
            >
              {t("action.cancel")}
            </Button>
          </div>
        </Form>
      </PageSection>
    </>
  );
}
