import { Alert, Modal, ModalHeader } from "@patternfly/react-core";
import { useState } from "react";
import type { Connection } from "../../../../api/contract/connections";
import { ApiError } from "../../../../api/problem";
import { t } from "../../../../i18n";
import { DataState } from "../../../../ui/DataState";
import { TextField } from "../../../../ui/Field";
import { FlowForm } from "../../../../ui/FlowForm";
import { useConnection } from "../../federationQueries";
import { useChangeConnection } from "../../queries";
import { SignInUrlField } from "./SignInUrlField";

interface Props {
  connectionId: string;
  what: "rename" | "url";
  onClose: () => void;
}

/** Changes one of the two things of a saved connection that can be changed: nickname or sign-in URL (SAM-072, SAM-128). */
export function ConnectionChangeDialog({ connectionId, what, onClose }: Props) {
  const connection = useConnection(connectionId);
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="connection-change-title">
      <ModalHeader title={what === "rename" ? t("connection.rename") : t("connection.changeUrl")} labelId="connection-change-title" />
      <DataState query={connection}>
        {({ value, etag }) => <ChangeForm connection={value} etag={etag} what={what} onClose={onClose} />}
      </DataState>
    </Modal>
  );
}

interface FormProps {
  connection: Connection;
  etag: string;
  what: "rename" | "url";
  onClose: () => void;
}

function ChangeForm({ connection, etag, what, onClose }: FormProps) {
  const field = what === "rename" ? "nickname" : "signInUrlId";
  const [text, setText] = useState(connection[field]);
  const change = useChangeConnection(connection.id, etag);
  const error = change.error instanceof ApiError ? change.error.field(field) : undefined;
  return (
    <FlowForm
      action={t("action.save")}
      busy={change.isPending}
      error={change.error}
      fields={[field]}
      onSubmit={() => change.mutate({ [field]: text }, { onSuccess: onClose })}
      onClose={onClose}
    >
      {what === "rename" ? (
        <TextField
          id="connection-change-field"
          label={t("saml.nickname")}
          required
          value={text}
          error={error}
          note={t("connection.rename.note")}
          onChange={setText}
        />
      ) : (
        <>
          <SignInUrlField id="connection-change-field" value={text} error={error} present={connection.signInUrlId} onChange={setText} />
          <Alert isInline isPlain variant="info" title={t("connection.changeUrl.note")} />
        </>
      )}
    </FlowForm>
  );
}
