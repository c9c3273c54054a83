import { Content, Modal, ModalHeader } from "@patternfly/react-core";
import { useNavigate } from "react-router";
import type { ConnectionSummary } from "../../../../api/contract/connections";
import { ApiError } from "../../../../api/problem";
import { t } from "../../../../i18n";
import { TextField } from "../../../../ui/Field";
import { FlowForm } from "../../../../ui/FlowForm";
import { useDraft } from "../../../../ui/useDraft";
import { useClone } from "../../federationQueries";
import { samlDraftRoute } from "../../routes";
import { SignInUrlField } from "./SignInUrlField";

const shown = ["signInUrlId", "nickname"];

/** Asks for what a clone must have of its own; everything else is copied and changed in the form that follows (SAM-067, SAM-068, SAM-069). */
export function CloneDialog({ connection, onClose }: { connection: ConnectionSummary; onClose: () => void }) {
  const [input, setInput, forget] = useDraft(`connection.clone.${connection.id}`, { signInUrlId: "", nickname: "" });
  const clone = useClone(connection.id);
  const navigate = useNavigate();
  const refused = (name: string) => (clone.error instanceof ApiError ? clone.error.field(name) : undefined);
  const change = (part: Partial<typeof input>) => {
    clone.reset();
    setInput((old) => ({ ...old, ...part }));
  };
  const save = () =>
    clone.mutate(input, {
      onSuccess: (draft) => {
        forget();
        void navigate(samlDraftRoute.link({ draftId: draft.id }));
      },
    });
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="clone-title">
      <ModalHeader title={t("clone.title", { name: connection.nickname })} labelId="clone-title" />
      <FlowForm action={t("saml.connect.continue")} busy={clone.isPending} error={clone.error} fields={shown} onSubmit={save} onClose={onClose}>
        <Content component="p">{t("clone.body")}</Content>
        <SignInUrlField id="clone-url" value={input.signInUrlId} error={refused("signInUrlId")} onChange={(signInUrlId) => change({ signInUrlId })} />
        <TextField
          id="clone-nickname"
          label={t("saml.nickname")}
          help={t("saml.nickname.help")}
          required
          value={input.nickname}
          error={refused("nickname")}
          note={t("clone.nickname.note", { name: connection.nickname })}
          onChange={(nickname) => change({ nickname })}
        />
      </FlowForm>
    </Modal>
  );
}
