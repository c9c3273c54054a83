import { Button, type ButtonProps, Content, Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ConnectorBuild } from "../api/contract/locations";
import { useCustomer } from "../api/customer";
import { connectorSoftwareQuery } from "../api/queries";
import { t } from "../i18n";
import { saveFrom } from "../ui/download";
import { ProblemAlert } from "../ui/ProblemAlert";
import { platformLabel, sizeLabel } from "./software";

interface Props {
  label?: string;
  variant?: NonNullable<ButtonProps["variant"]>;
}

/**
 * Offers the program that installs a connector, for one platform or for each of several (CON-018). It is there only for
 * administrators who are signed in: the address takes the session of the console (CON-020).
 */
export function ConnectorDownload({ label = t("software.download"), variant = "secondary" }: Props) {
  const customerId = useCustomer().id;
  const software = useQuery(connectorSoftwareQuery(customerId));
  const [open, setOpen] = useState(false);
  const save = ({ platform, fileName }: ConnectorBuild) =>
    saveFrom(`/api/${encodeURIComponent(customerId)}/v1/connector-software/${encodeURIComponent(platform)}`, fileName);

  if (software.error) return <ProblemAlert error={software.error} />;
  const builds = software.data?.items ?? [];
  const [only] = builds;
  if (software.data !== undefined && only === undefined) return <Content component="small">{t("software.none")}</Content>;
  if (only === undefined || builds.length === 1) {
    return (
      <Button
        variant={variant}
        icon={<DownloadIcon />}
        isDisabled={only === undefined}
        title={only && `${platformLabel(only.platform)} · ${sizeLabel(only)}`}
        onClick={() => only && save(only)}
      >
        {label}
      </Button>
    );
  }
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant={variant === "primary" ? "primary" : "secondary"} isExpanded={open} onClick={() => setOpen(!open)} icon={<DownloadIcon />}>
          {label}
        </MenuToggle>
      )}
    >
      <DropdownList aria-label={label}>
        {builds.map((build) => (
          <DropdownItem key={build.platform} description={`${build.fileName} · ${sizeLabel(build)}`} onClick={() => save(build)}>
            {platformLabel(build.platform)}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
