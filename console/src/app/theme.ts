import { useState } from "react";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** The same key and class as in public/theme.js, which runs before the first paint. */
const storageKey = "causeway.theme";
const darkClass = "pf-v6-theme-dark";

function stored(): Theme {
  const value = localStorage.getItem(storageKey);
  return themes.find((theme) => theme === value) ?? "system";
}

function show(theme: Theme): void {
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle(darkClass, dark);
}

/** Shows the system's choice as soon as it changes, while the theme is "system". Returns what ends that. */
export function followSystem(): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const changed = () => show(stored());
  dark.addEventListener("change", changed);
  return () => dark.removeEventListener("change", changed);
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(stored);
  const choose = (next: Theme) => {
    localStorage.setItem(storageKey, next);
    show(next);
    setTheme(next);
  };
  return [theme, choose];
}
