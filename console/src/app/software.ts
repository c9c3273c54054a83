import type { ConnectorBuild } from "../api/contract/locations";
import { t } from "../i18n";

const systems: Readonly<Record<string, string>> = {
  linux: t("software.system.linux"),
  windows: t("software.system.windows"),
  darwin: t("software.system.darwin"),
};
const machines: Readonly<Record<string, string>> = { amd64: t("software.machine.amd64"), arm64: t("software.machine.arm64") };

/** "linux-amd64" in words. */
export function platformLabel(platform: string): string {
  const [system = "", machine = ""] = platform.split("-");
  return t("software.platform", { system: systems[system] ?? system, machine: machines[machine] ?? machine });
}

const bytesPerMegabyte = 1_000_000;

export function sizeLabel({ size }: ConnectorBuild): string {
  return t("software.size", { megabytes: (size / bytesPerMegabyte).toFixed(1) });
}
