import {
  FormGroup,
  FormGroupLabelHelp,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  Popover,
  TextInput,
} from "@patternfly/react-core";
import type { ReactNode } from "react";
import { t } from "../i18n";

interface FieldProps {
  id: string;
  label: string;
  /** One or two sentences behind the help button. */
  help?: string;
  /** A line below the input that is always there. */
  note?: ReactNode;
  /** What is wrong; takes the place of the note. */
  error?: string | undefined;
  required?: boolean;
  children: ReactNode;
}

/** Label, help and error of one input. */
export function Field({ id, label, help, note, error, required = false, children }: FieldProps) {
  const labelHelp =
    help === undefined ? undefined : (
      <Popover bodyContent={help} aria-label={label} closeBtnAriaLabel={t("action.close")}>
        <FormGroupLabelHelp aria-label={t("field.help", { label })} />
      </Popover>
    );
  return (
    <FormGroup label={label} fieldId={id} isRequired={required} labelHelp={labelHelp}>
      {children}
      {(error !== undefined || note !== undefined) && (
        <FormHelperText>
          <HelperText id={`${id}-help`} aria-live="polite">
            <HelperTextItem variant={error === undefined ? "default" : "error"}>{error ?? note}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}

type Described = Omit<FieldProps, "children">;

interface TextFieldProps extends Described {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  type?: "text" | "url" | "search" | "email" | "tel" | "password" | "date";
  /** For codes and digits only: a browser drops what is typed or pasted beyond it without a word. */
  maxLength?: number;
  /** What the browser may fill in; nothing unless named. */
  autoComplete?: string;
  /** Digits only: touch screens show a number pad. */
  digits?: boolean;
  /** ID of the data list with proposals. */
  list?: string;
}

export function TextField({ value, onChange, placeholder, type = "text", maxLength, autoComplete = "off", digits = false, list, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      <TextInput
        id={field.id}
        type={type}
        value={value}
        onChange={(_, v) => onChange(v)}
        isRequired={field.required ?? false}
        validated={field.error === undefined ? "default" : "error"}
        aria-describedby={field.error !== undefined || field.note !== undefined ? `${field.id}-help` : undefined}
        aria-invalid={field.error !== undefined}
        placeholder={placeholder}
        maxLength={maxLength}
        spellCheck={false}
        autoComplete={autoComplete}
        inputMode={digits ? "numeric" : undefined}
        list={list}
      />
    </Field>
  );
}

interface SelectFieldProps<V extends string> extends Described {
  value: V;
  options: readonly { value: V; label: string }[];
  onChange: (value: V) => void;
}

export function SelectField<V extends string>({ value, options, onChange, ...field }: SelectFieldProps<V>) {
  return (
    <Field {...field}>
      <FormSelect
        id={field.id}
        value={value}
        onChange={(_, chosen) => {
          const option = options.find((o) => o.value === chosen);
          if (option) onChange(option.value);
        }}
        aria-describedby={field.error !== undefined || field.note !== undefined ? `${field.id}-help` : undefined}
        validated={field.error === undefined ? "default" : "error"}
      >
        {options.map((option) => (
          <FormSelectOption key={option.value} value={option.value} label={option.label} />
        ))}
      </FormSelect>
    </Field>
  );
}
