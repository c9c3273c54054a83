import { ActionGroup, Button, Form, TextArea } from "@patternfly/react-core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { FormEvent } from "react";
import type { Offering, OfferingInput } from "../../../api/contract/library";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { Field, TextField } from "../../../ui/Field";
import { focusFirstError } from "../../../ui/focus";
import { PictureField } from "../../../ui/PictureField";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDraft } from "../../../ui/useDraft";

interface Props {
  draftKey: string;
  initial: OfferingInput;
  /** Categories that exist, as proposals. */
  categories: readonly string[];
  mutation: UseMutationResult<Offering, Error, OfferingInput>;
  onDone: (offering: Offering) => void;
  onCancel: () => void;
}

const fields = ["name", "address", "description", "category", "icon"] as const;
const iconKibibytes = 64;

/** Name, address, words, heading and icon of an offering. What is wrong stands beside its field; what was typed stays. */
export function OfferingForm({ draftKey, initial, categories, mutation, onDone, onCancel }: Props) {
  const [input, setInput, forget] = useDraft(draftKey, initial);
  const refused = mutation.error instanceof ApiError ? mutation.error : undefined;
  const errorOf = (field: (typeof fields)[number]) => refused?.field(field, ...(field === "name" ? ["offering_name_taken"] : []));
  const nameTaken = refused?.problem.code === "offering_name_taken"; // told at the name
  const change = (part: Partial<OfferingInput>) => setInput((old) => ({ ...old, ...part }));
  const save = (event: FormEvent) => {
    event.preventDefault();
    mutation.mutate(input, {
      onSuccess: (offering) => {
        forget();
        onDone(offering);
      },
      onError: focusFirstError,
    });
  };
  const text = (field: "name" | "address" | "category") => ({
    id: `offering-${field}`,
    label: t(`offering.${field}`),
    note: t(`offering.${field}.note`),
    value: input[field],
    error: errorOf(field),
    onChange: (value: string) => change({ [field]: value }),
  });

  return (
    <Form className="cw-form" onSubmit={save} noValidate>
      {!nameTaken && <ProblemAlert error={mutation.error} shown={fields} />}
      <TextField {...text("name")} required />
      <TextField {...text("address")} required type="url" placeholder="https://" />
      <Field id="offering-description" label={t("offering.description")} note={t("offering.description.note")} error={errorOf("description")}>
        <TextArea
          id="offering-description"
          rows={3}
          resizeOrientation="vertical"
          value={input.description}
          validated={errorOf("description") === undefined ? "default" : "error"}
          aria-invalid={errorOf("description") !== undefined}
          aria-describedby="offering-description-help"
          onChange={(_, description) => change({ description })}
        />
      </Field>
      <TextField {...text("category")} list="offering-categories" />
      <datalist id="offering-categories">
        {categories.map((category) => (
          <option key={category} value={category} />
        ))}
      </datalist>
      <PictureField
        id="offering-icon"
        label={t("offering.icon")}
        note={t("offering.icon.note")}
        maxKibibytes={iconKibibytes}
        value={input.icon}
        error={errorOf("icon")}
        onChange={(icon) => change({ icon })}
      />
      <ActionGroup>
        <Button type="submit" isLoading={mutation.isPending} isDisabled={mutation.isPending}>
          {t("action.save")}
        </Button>
        <Button
          variant="link"
          onClick={() => {
            forget();
            onCancel();
          }}
        >
          {t("action.cancel")}
        </Button>
      </ActionGroup>
    </Form>
  );
}
