import { Content, DescriptionList } from "@patternfly/react-core";
import type { InvitationInput } from "../../../../api/contract/administrators";
import { t } from "../../../../i18n";
import { ValueRows } from "../../../../ui/Values";

/** The last look before the invitation is sent (IAM-053). */
export function InvitationReview({ input }: { input: InvitationInput }) {
  const rows = [
    { label: t("invite.provider"), value: t("provider.citrix") },
    { label: t("invite.email"), value: input.email.trim() },
    { label: t("invite.access"), value: t(`invite.${input.access}`) },
    ...(input.access === "custom" ? [{ label: t("invite.permissions"), value: input.permissions.map((p) => t(`permission.${p}`)).join(", ") }] : []),
  ];
  return (
    <>
      <Content component="p">{t("invite.review")}</Content>
      <DescriptionList isHorizontal>
        <ValueRows rows={rows} />
      </DescriptionList>
    </>
  );
}
