import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import type { Connection } from "../../../api/contract";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { DataState } from "../../../ui/DataState";
import { TextField } from "../../../ui/Field";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useChangeConnection, useConnection } from "../queries";

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
  const save = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ [field]: text }, { onSuccess: onClose });
  };
  return (
    <>
      <ModalBody>
        <Form id="connection-change" onSubmit={save}>
          {error === undefined && <ProblemAlert error={change.error} />}
          <TextField
            id="connection-change-field"
            label={what === "rename" ? t("saml.nickname") : t("saml.signInUrlId")}
            required
            value={text}
            error={error}
            note={what === "rename" ? t("saml.nickname.help") : t("connection.changeUrl.note")}
            onChange={setText}
          />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="connection-change" isDisabled={change.isPending} isLoading={change.isPending}>
          {t("action.save")}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </ModalFooter>
    </>
  );
}
