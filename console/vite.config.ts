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
  plugins: [react(), inertIsTrue(), keepPlaceholder(), ...(mode === "mock" ? [mockApi()] : [])],
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
    server: { deps: { inline: [/@patternfly/] } },
  },
}));
