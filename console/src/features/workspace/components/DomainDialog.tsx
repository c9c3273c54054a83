import { Content, FormGroup, Modal, ModalHeader, Radio } from "@patternfly/react-core";
import type { CustomDomain, CustomDomainInput } from "../../../api/contract/customDomain";
import { ApiError } from "../../../api/problem";
import { t } from "../../../i18n";
import { TextField } from "../../../ui/Field";
import { FlowForm } from "../../../ui/FlowForm";
import { useDraft } from "../../../ui/useDraft";
import { useDomainActions } from "../domainQueries";

interface Props {
  /** The present one; absent = there is none yet. */
  domain?: CustomDomain;
  etag?: string;
  onClose: () => void;
}

const shown = ["host", "tls"];

/** The host name under which people reach the workspace, and where its TLS certificate comes from. */
export function DomainDialog({ domain, etag = "", onClose }: Props) {
  const [input, setInput, forget] = useDraft<CustomDomainInput>("workspace.domain", { host: domain?.host ?? "", tls: domain?.tls ?? "acme" });
  const { set } = useDomainActions(etag);
  const refused = (field: string, ...codes: string[]) => (set.error instanceof ApiError ? set.error.field(field, ...codes) : undefined);
  const change = (part: Partial<CustomDomainInput>) => {
    set.reset();
    setInput((old) => ({ ...old, ...part }));
  };
  const save = () =>
    set.mutate(
      { ...input, host: input.host.trim() },
      {
        onSuccess: () => {
          forget();
          onClose();
        },
      },
    );
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="domain-title">
      <ModalHeader title={domain === undefined ? t("domain.add") : t("domain.change")} labelId="domain-title" />
      <FlowForm action={t("action.save")} busy={set.isPending} error={set.error} fields={shown} onSubmit={save} onClose={onClose}>
        <Content component="p">{t("domain.body")}</Content>
        <TextField
          id="domain-host"
          label={t("domain.host")}
          help={t("domain.host.help")}
          required
          value={input.host}
          error={refused("host")}
          note={t("domain.host.note")}
          placeholder="workspaces.example.com"
          onChange={(host) => change({ host })}
        />
        <FormGroup role="radiogroup" isStack label={t("domain.tls")} fieldId="domain-tls">
          {(["acme", "upload"] as const).map((tls) => (
            <Radio
              key={tls}
              id={`domain-tls-${tls}`}
              className="cw-choice"
              name="domain-tls"
              label={t(`domain.tls.${tls}`)}
              description={t(`domain.tls.${tls}.body`)}
              isChecked={input.tls === tls}
              onChange={() => change({ tls })}
            />
          ))}
        </FormGroup>
      </FlowForm>
    </Modal>
  );
}
