import { expect, it } from "vitest";
import { en } from "./en";
import { t, tn } from "./index";
import { settingLabel } from "./settings";

it("fills values in, and leaves braces of values alone", () => {
  expect(t("locations.connected", { connected: 1, total: 2 })).toBe("1 of 2 connected");
  expect(t("locations.delete.title", { name: "{name}" })).toBe("Delete {name}?");
});

it("chooses the form for the number", () => {
  expect(tn("list.shown", 1)).toBe("1 entry shown.");
  expect(tn("list.shown", 0)).toBe("0 entries shown.");
});

it("has no empty message, and no message with spaces around it", () => {
  for (const [key, message] of Object.entries<string>(en)) expect(message.trim(), key).toBe(message);
  expect(Object.values<string>(en)).not.toContain("");
});

it("names a setting as the form does, and shows one it does not know", () => {
  expect(settingLabel("idpEntityId")).toBe("Identity Provider Entity ID");
  expect(settingLabel("attributeNames.sid")).toBe("Attribute name for Security Identifier (SID)");
  expect(settingLabel("somethingNew")).toBe("somethingNew");
});
