import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { FormEvent } from "react";
import type { Location, LocationInput } from "../../../api/contract/locations";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { TextField } from "../../../ui/Field";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDraft } from "../../../ui/useDraft";

interface Props {
  draftKey: string;
  title: string;
  initial: string;
  mutation: UseMutationResult<Location, Error, LocationInput>;
  onClose: () => void;
  onDone?: (location: Location) => void;
}

/** Asks for the name of a new or existing resource location. The rules of names are the server's. */
export function LocationNameDialog({ draftKey, title, initial, mutation, onClose, onDone }: Props) {
  const [name, setName, forget] = useDraft(draftKey, initial);
  const error = mutation.error instanceof ApiError ? mutation.error.field("name", "location_name_taken") : undefined;
  const close = () => {
    forget();
    mutation.reset();
    onClose();
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    mutation.mutate(
      { name },
      {
        onSuccess: (location) => {
          close();
          onDone?.(location);
        },
      },
    );
  };

  return (
    <Modal variant="small" isOpen onClose={close} aria-labelledby="location-name-title" elementToFocus="#location-name">
      <ModalHeader title={title} labelId="location-name-title" />
      <ModalBody>
        <Form id="location-name-form" onSubmit={save}>
          {error === undefined && <ProblemAlert error={mutation.error} />}
          <TextField
            id="location-name"
            label={t("locations.name")}
            required
            value={name}
            error={error}
            note={t("locations.name.note")}
            onChange={(value) => {
              setName(value);
              if (mutation.isError) mutation.reset();
            }}
          />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="location-name-form" isDisabled={mutation.isPending} isLoading={mutation.isPending}>
          {t("action.save")}
        </Button>
        <Button variant="link" onClick={close}>
          {t("action.cancel")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
