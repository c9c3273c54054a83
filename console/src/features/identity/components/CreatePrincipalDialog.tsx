import { Button, Checkbox, Form, FormFieldGroup, Modal, ModalBody, ModalFooter, ModalHeader, Radio } from "@patternfly/react-core";
import type { FormEvent } from "react";
import type { ServicePrincipalInput } from "../../../api/contract/principals";
import type { Permission } from "../../../api/contract/session";
import { allows, useMe } from "../../../api/customer";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { Field, TextField } from "../../../ui/Field";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDraft } from "../../../ui/useDraft";
import { useCreatePrincipal } from "../queries";
import { PrincipalSecret } from "./PrincipalSecret";

/** What custom access of a program can hold today. */
const grantable: readonly Permission[] = ["resource_locations", "domains", "system_log", "signin_trace", "workspace_configuration"];

/** Makes a service principal and shows its secret, once. */
export function CreatePrincipalDialog({ onClose }: { onClose: () => void }) {
  const create = useCreatePrincipal();
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="principal-title">
      <ModalHeader title={create.data ? t("principals.created.title") : t("principals.create")} labelId="principal-title" />
      {create.data ? <PrincipalSecret created={create.data} onClose={onClose} /> : <PrincipalForm create={create} onClose={onClose} />}
    </Modal>
  );
}

interface FormProps {
  create: ReturnType<typeof useCreatePrincipal>;
  onClose: () => void;
}

function PrincipalForm({ create, onClose }: FormProps) {
  const me = useMe();
  const [input, setInput, forget] = useDraft<ServicePrincipalInput>("principals.new", {
    name: "",
    access: me.rights.full ? "full" : "custom",
    permissions: [],
  });
  const error = (name: string) => (create.error instanceof ApiError ? create.error.field(name) : undefined);
  const toggle = (permission: Permission, on: boolean) =>
    setInput((old) => ({ ...old, permissions: on ? [...old.permissions, permission] : old.permissions.filter((p) => p !== permission) }));
  const save = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ ...input, permissions: input.access === "full" ? [] : input.permissions }, { onSuccess: () => forget() });
  };

  return (
    <>
      <ModalBody>
        <Form id="principal-form" onSubmit={save}>
          <ProblemAlert error={create.error} shown={["name", "permissions"]} />
          <TextField
            id="principal-name"
            label={t("principals.name")}
            required
            value={input.name}
            error={error("name")}
            note={t("principals.name.note")}
            onChange={(name) => setInput((old) => ({ ...old, name }))}
          />
          <Field id="principal-access" label={t("principals.access")} error={error("permissions")}>
            <Radio
              id="principal-full"
              name="principal-access"
              label={t("access.full")}
              description={t("principals.full.body")}
              isDisabled={!me.rights.full}
              isChecked={input.access === "full"}
              onChange={() => setInput((old) => ({ ...old, access: "full" }))}
            />
            <Radio
              id="principal-custom"
              name="principal-access"
              label={t("access.custom")}
              description={t("principals.custom.body")}
              isChecked={input.access === "custom"}
              onChange={() => setInput((old) => ({ ...old, access: "custom" }))}
            />
          </Field>
          {input.access === "custom" && (
            <FormFieldGroup>
              {grantable
                .filter((permission) => allows(me, permission))
                .map((permission) => (
                  <Checkbox
                    key={permission}
                    id={`principal-${permission}`}
                    label={t(`permission.${permission}`)}
                    isChecked={input.permissions.includes(permission)}
                    onChange={(_, on) => toggle(permission, on)}
                  />
                ))}
            </FormFieldGroup>
          )}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="principal-form" isDisabled={create.isPending} isLoading={create.isPending}>
          {t("principals.create.action")}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </ModalFooter>
    </>
  );
}
