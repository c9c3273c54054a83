import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { mockApi } from "./mock/plugin";

/** The folder below the Go package that embeds the console. */
const outDir = fileURLToPath(new URL("../internal/adapter/console/dist", import.meta.url));

/** PatternFly writes `inert: ''`, which React 19 reads as false: closed panels would stay reachable by keyboard. */
function inertIsTrue(): Plugin {
  return {
    name: "inert-is-true",
    transform(code, id) {
      if (!id.includes("@patternfly/react-core") || !code.includes("inert: '")) return undefined;
      return { code: code.replaceAll(/inert: '(true)?'/g, "inert: true"), map: null };
    },
  };
}

/**
 * PatternFly's base style holds all of its themes. Those that the console does not offer are a third of the first load's styles.
 */
function onlyOfferedThemes(): Plugin {
  const others = /:root:where\([^)]*theme-(?:high-contrast|felt|glass)[^)]*\)\s*\{[^{}]*\}/g;
  return {
    name: "only-offered-themes",
    enforce: "pre",
    transform(code, id) {
      return id.includes("@patternfly/react-core/dist/styles/base.css") ? { code: code.replaceAll(others, ""), map: null } : undefined;
    },
  };
}

/**
 * Drops design tokens that no style and no script of the build asks for, and those that only dropped ones asked for. PatternFly
 * declares some thousands, of which the console's components use a part.
 */
function onlyUsedTokens(): Plugin {
  const declaration = /(--pf-t--[\w-]+):([^;{}]*)(;|(?=\}))/g;
  const use = /--pf-t--[\w-]+(?!\s*:)\b/g;
  return {
    name: "only-used-tokens",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = Object.values(bundle);
      const scripts = files.map((file) => (file.type === "chunk" ? file.code : "")).join("");
      const fixed = new Set(scripts.match(use));
      const styles = files.filter((file) => file.type === "asset" && file.fileName.endsWith(".css"));
      let before = -1;
      let after = 0;
      while (before !== after) {
        const used = new Set(fixed);
        for (const file of styles) {
          if (file.type === "asset") for (const [, name] of String(file.source).matchAll(/var\(\s*(--pf-t--[\w-]+)/g)) used.add(name ?? "");
        }
        before = after;
        after = 0;
        for (const file of styles) {
          if (file.type !== "asset") continue;
          file.source = String(file.source).replaceAll(declaration, (whole, name: string) => (used.has(name) ? whole : ""));
          after += file.source.length;
        }
      }
    },
  };
}

/** Puts the committed placeholder back, so that `go build` works in a clone where the console was never built. */
function keepPlaceholder(): Plugin {
  return {
    name: "keep-placeholder",
    apply: "build",
    closeBundle() {
      mkdirSync(outDir, { recursive: true });
      writeFileSync(`${outDir}/.keep`, "Keeps the folder for go:embed until the console is built.\n");
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [react(), inertIsTrue(), onlyOfferedThemes(), onlyUsedTokens(), keepPlaceholder(), ...(mode === "mock" ? [mockApi()] : [])],
  build: {
    outDir,
    emptyOutDir: true,
    assetsInlineLimit: 0, // data: URLs in styles and scripts are against the content security policy
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    css: false,
    // Forms with dozens of PatternFly fields take seconds to render, and ten times that on a loaded machine.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    server: { deps: { inline: [/@patternfly/] } },
  },
}));
