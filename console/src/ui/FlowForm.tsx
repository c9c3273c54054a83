import { Button, Form, ModalBody, ModalFooter } from "@patternfly/react-core";
import { type FormEvent, type ReactNode, useContext, useEffect, useId } from "react";
import { ApiError } from "../api/problem";
import { t } from "../i18n";
import { focusFirstError } from "./focus";
import { ProblemAlert } from "./ProblemAlert";
import { AskAgain } from "./askAgain";

interface Props {
  /** The word on the button. */
  action: string;
  busy: boolean;
  /** Whether the step can go on; it can unless it says otherwise. */
  ready?: boolean;
  error: unknown;
  /** Fields that show their own errors. */
  fields?: readonly string[];
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** One step of a change: what it says or asks, and the button that goes on. */
export function FlowForm({ action, busy, ready = true, error, fields = [], onSubmit, onClose, children }: Props) {
  const id = useId();
  const askAgain = useContext(AskAgain);
  useEffect(() => {
    if (error instanceof ApiError && error.problem.code === "identity_check_needed") askAgain();
    else if (error) focusFirstError();
    // Only a new answer asks again: askAgain is another function each time.
  }, [error]);
  useEffect(() => {
    const frame = requestAnimationFrame(() => document.getElementById(id)?.querySelector("input")?.focus());
    return () => cancelAnimationFrame(frame);
  }, [id]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
    focusFirstError();
  };
  return (
    <>
      <ModalBody>
        <Form id={id} onSubmit={submit} noValidate>
          <ProblemAlert error={error} shown={fields} />
          {children}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form={id} isDisabled={busy || !ready} isLoading={busy}>
          {action}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </ModalFooter>
    </>
  );
}
