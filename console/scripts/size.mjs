// Measures what a browser loads before the home page can be used, compressed, and fails above the budget.
//
// That is React, its router, the queries, the API client, every text, the masthead's buttons, the navigation and the home page's cards,
// with the base styles. Loaded only when needed, and to be kept out: menus, dialogs, side panels, tables, forms, labels, tooltips and
// alerts, with PatternFly's popper and focus trap. Its Page, Nav, Label, Alert and ClipboardCopy bring one of these along, which is why
// the shell and the home page do without them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const budgetBytes = 250_000;
const { output } = await build({ logLevel: "error", build: { write: false, emptyOutDir: false } });
const chunks = new Map(output.map((file) => [file.fileName, file]));
const counted = new Set();

/** Counts a chunk with everything that it imports statically, styles included. */
function count(name) {
  const file = chunks.get(name);
  if (file === undefined || counted.has(name)) return;
  counted.add(name);
  if (file.type !== "chunk") return;
  file.imports.forEach(count);
  file.viteMetadata?.importedCss.forEach(count);
}

for (const file of output) {
  if (file.type === "chunk" && (file.isEntry || file.facadeModuleId?.endsWith("/pages/HomePage.tsx"))) count(file.fileName);
}
count("index.html");

const theme = readFileSync(fileURLToPath(new URL("../public/theme.js", import.meta.url)));
let total = gzipSync(theme, { level: 9 }).length;
const rows = [...counted].map((name) => {
  const file = chunks.get(name);
  const bytes = gzipSync(file.type === "chunk" ? file.code : file.source, { level: 9 }).length;
  total += bytes;
  return { name, bytes };
});
for (const { name, bytes } of rows.sort((a, b) => b.bytes - a.bytes)) console.log(`${String(bytes).padStart(8)}  ${name}`);
console.log(`${String(total).padStart(8)}  first load, gzip (budget ${budgetBytes})`);
process.exit(total <= budgetBytes ? 0 : 1);
