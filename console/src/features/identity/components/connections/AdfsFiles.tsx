import { Button } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import type { AdfsFiles as Files, Connection } from "../../../../api/contract/connections";
import { t } from "../../../../i18n";
import { saveText } from "../../../../ui/download";
import { ProblemAlert } from "../../../../ui/ProblemAlert";
import { useConnectionActions } from "../../federationQueries";
import { Section } from "../saml/Section";

const files = [
  { label: t("adfs.commands"), name: "adfs.ps1", content: ({ commands }: Files) => commands },
  { label: t("adfs.rules"), name: "claimrules.txt", content: ({ claimRules }: Files) => claimRules },
];

/** What the administrator of AD FS runs, with this connection's values (SSO-078, SSO-081). */
export function AdfsFiles({ connection }: { connection: Connection }) {
  const { adfs } = useConnectionActions(connection.id);
  const applications = connection.customDomain === null ? (["primary"] as const) : (["primary", "custom_domain"] as const);
  return (
    <Section title={t("adfs.title")} lead={t("adfs.lead")}>
      <ProblemAlert error={adfs.error} />
      {applications.map((application) => (
        <div key={application} className="cw-buttons cw-gap">
          {applications.length > 1 && <strong className="cw-row">{t(`adfs.${application}`)}</strong>}
          {files.map(({ label, name, content }) => (
            <Button
              key={name}
              variant="secondary"
              icon={<DownloadIcon />}
              aria-label={applications.length > 1 ? `${label}: ${t(`adfs.${application}`)}` : label}
              isDisabled={adfs.isPending}
              onClick={() => adfs.mutate(application, { onSuccess: (got) => saveText(name, content(got), "text/plain") })}
            >
              {label}
            </Button>
          ))}
        </div>
      ))}
    </Section>
  );
}
