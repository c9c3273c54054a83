import { Button, Popover } from "@patternfly/react-core";
import { t } from "../../../i18n";
import { Copy } from "../../../ui/Copy";

/** The button "ID" below the name of a resource location (CON-214). */
export function LocationId({ id, name }: { id: string; name: string }) {
  return (
    <Popover
      aria-label={t("locations.id.label")}
      headerContent={t("locations.id.label")}
      bodyContent={<Copy inline label={t("locations.id.label")} value={id} />}
      closeBtnAriaLabel={t("action.close")}
    >
      <Button variant="secondary" size="sm" aria-label={t("locations.id.button", { name })}>
        {t("locations.id")}
      </Button>
    </Popover>
  );
}
