import { ActionGroup, Alert, Button, Card, CardBody, CardTitle, Form } from "@patternfly/react-core";
import type { FormEvent } from "react";
import type { WorkspaceAppearance, WorkspaceAppearanceInput } from "../../../api/contract/workspace";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { TextField } from "../../../ui/Field";
import { focusFirstError } from "../../../ui/focus";
import { PictureField } from "../../../ui/PictureField";
import { ProblemAlert } from "../../../ui/ProblemAlert";
import { useDraft } from "../../../ui/useDraft";
import { useSetAppearance } from "../queries";
import { AppearancePreview } from "./AppearancePreview";
import { ColorField } from "./ColorField";

const fields = ["name", "signInLogo", "logo", "primaryColor", "bannerColor", "bannerTextColor"] as const;
const logoKibibytes = 128;
/** What buttons and links stand on. */
const ground = "#ffffff";

/** Logos, colours and name of the workspace, with a preview of what is chosen. */
export function AppearanceForm({ appearance, etag }: { appearance: WorkspaceAppearance; etag: string }) {
  const { preview: _, ...stored } = appearance;
  const [input, setInput, forget] = useDraft<WorkspaceAppearanceInput>("workspace.appearance", stored);
  const save = useSetAppearance(etag);
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const change = (part: Partial<WorkspaceAppearanceInput>) => {
    save.reset();
    setInput((old) => ({ ...old, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(input, { onSuccess: () => forget(), onError: focusFirstError });
  };
  const common = (field: (typeof fields)[number]) => ({
    id: `appearance-${field}`,
    label: t(`workspace.appearance.${field}`),
    value: input[field],
    error: refused?.field(field),
    onChange: (value: string) => change({ [field]: value }),
  });

  return (
    <div className="cw-columns">
      <Form onSubmit={submit} noValidate>
        <ProblemAlert error={save.error} shown={fields} />
        {save.isSuccess && <Alert isInline isLiveRegion variant="success" title={t("workspace.saved")} />}
        <TextField {...common("name")} note={t("workspace.appearance.name.note")} />
        <PictureField
          {...common("signInLogo")}
          note={`${t("workspace.appearance.signInLogo.help")} ${t("workspace.appearance.logo.note")}`}
          maxKibibytes={logoKibibytes}
        />
        <PictureField {...common("logo")} note={t("workspace.appearance.logo.note")} maxKibibytes={logoKibibytes} />
        <ColorField {...common("primaryColor")} against={ground} />
        <ColorField {...common("bannerColor")} against="" />
        <ColorField {...common("bannerTextColor")} against={input.bannerColor} />
        <ActionGroup>
          <Button type="submit" isLoading={save.isPending} isDisabled={save.isPending}>
            {t("action.save")}
          </Button>
        </ActionGroup>
      </Form>
      <Card className="cw-chosen">
        <CardTitle component="h2">{t("workspace.appearance.preview")}</CardTitle>
        <CardBody>
          <AppearancePreview appearance={input} />
        </CardBody>
      </Card>
    </div>
  );
}
