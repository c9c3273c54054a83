import { type PlainKey, t } from "../../i18n";

const names: Readonly<Record<string, PlainKey>> = { eu: "account.region.eu", us: "account.region.us", ap: "account.region.ap" };

/** The name of a region; one that this console does not know is shown as it is. */
export function regionName(region: string): string {
  const key = names[region.toLowerCase()];
  return key === undefined ? region : t(key);
}
