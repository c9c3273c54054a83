import { expect, it, vi } from "vitest";
import { followSystem } from "./theme";

it("follows the system while the page is open, unless a theme is chosen", () => {
  const system = Object.assign(new EventTarget(), { matches: false });
  vi.stubGlobal("matchMedia", () => system);
  const turn = (dark: boolean) => {
    system.matches = dark;
    system.dispatchEvent(new Event("change"));
    return document.documentElement.classList.contains("pf-v6-theme-dark");
  };
  const stop = followSystem();
  expect([turn(true), turn(false)]).toEqual([true, false]);
  localStorage.setItem("causeway.theme", "light");
  expect(turn(true)).toBe(false);
  localStorage.setItem("causeway.theme", "system");
  expect(turn(true)).toBe(true);
  stop();
  expect(turn(false), "nobody looks any more").toBe(true);
  localStorage.removeItem("causeway.theme");
  document.documentElement.classList.remove("pf-v6-theme-dark");
});
