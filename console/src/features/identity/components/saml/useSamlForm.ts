import { useState } from "react";
import type { ConnectionDraft } from "../../../../api/contract/drafts";
import type { AttributeNames, SamlSettings } from "../../../../api/contract/saml";
import { ApiError } from "../../../../api/problem";
import { useKeptDraft } from "../../../../ui/useDraft";

/** What is typed in the form. The scoped entity ID is not: the server makes it at once, so that it can be shown. */
export type FormSettings = Omit<SamlSettings, "scopedEntityId">;

interface Values {
  nickname: string;
  settings: FormSettings;
}

function valuesOf(draft: ConnectionDraft): Values {
  const { scopedEntityId: _, ...settings } = draft.settings;
  return { nickname: draft.nickname, settings };
}

/** What metadata really says: a text or list that is empty in it leaves the typed value alone. The entity ID is ours, not theirs. */
export function stated({ scopedEntityId: _, ...proposal }: Partial<SamlSettings>): Partial<FormSettings> {
  const said = Object.entries(proposal).filter(([, value]) => value !== "" && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(said);
}

/** The state of the form "Configure SAML", kept by draft: what the server has refused survives loading the page anew. It holds no secrets. */
export function useSamlForm(draft: ConnectionDraft) {
  const [values, setValues, forget] = useKeptDraft<Values>(`saml.draft.${draft.id}`, valuesOf(draft));
  const [failure, setFailure] = useState<unknown>(null);
  const [edited, setEdited] = useState<ReadonlySet<string>>(new Set());
  const edit = (path: string, change: (old: Values) => Values) => {
    setEdited((old) => new Set(old).add(path));
    setValues(change);
  };

  return {
    values,
    forget,
    setNickname: (nickname: string) => edit("nickname", (old) => ({ ...old, nickname })),
    set: <K extends keyof FormSettings>(name: K, value: FormSettings[K]) =>
      edit(`settings.${name}`, (old) => ({ ...old, settings: { ...old.settings, [name]: value } })),
    setAttribute: (name: keyof AttributeNames, value: string) =>
      edit(`settings.attributeNames.${name}`, (old) => ({
        ...old,
        settings: { ...old.settings, attributeNames: { ...old.settings.attributeNames, [name]: value } },
      })),
    /** Takes over what the metadata says; what it does not say stays. */
    fill: (proposal: Partial<SamlSettings>) => {
      const settings = stated(proposal);
      setEdited((old) => new Set([...old, ...Object.keys(settings).map((name) => `settings.${name}`)]));
      setValues((old) => ({ ...old, settings: { ...old.settings, ...settings } }));
    },
    failure,
    /** Remembers what the server refused; null before the next attempt. */
    fail: (error: unknown) => {
      setFailure(error);
      setEdited(new Set());
    },
    /** What is wrong with a field, until it is edited. */
    error: (path: string) => (failure instanceof ApiError && !edited.has(path) ? failure.field(path) : undefined),
  };
}

export type SamlForm = ReturnType<typeof useSamlForm>;

/** Paths of all fields that show their own errors. */
export function shownFields(form: SamlForm): string[] {
  const { attributeNames, ...settings } = form.values.settings;
  return [
    "nickname",
    ...Object.keys(settings).map((name) => `settings.${name}`),
    ...Object.keys(attributeNames).map((name) => `settings.attributeNames.${name}`),
  ];
}
