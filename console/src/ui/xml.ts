/**
 * Puts each element of a message on a line of its own. For the eye only: it looks at the text alone and knows nothing of what the
 * message means. Text content stays as it is.
 */
export function indentXml(xml: string): string {
  const tokens = xml.replaceAll(/>\s+</g, "><").match(/<[^>]*>|[^<]+/g) ?? [];
  let depth = 0;
  let out = "";
  let previous: "open" | "text" | "other" = "other";
  for (const token of tokens) {
    const closes = token.startsWith("</");
    const alone = token.endsWith("/>") || token.startsWith("<?") || token.startsWith("<!");
    if (!token.startsWith("<")) {
      out += token;
      previous = "text";
      continue;
    }
    if (closes) depth = Math.max(0, depth - 1);
    const sameLine = closes && (previous === "text" || previous === "open");
    out += sameLine || out === "" ? token : `\n${"  ".repeat(depth)}${token}`;
    if (!closes && !alone) depth += 1;
    previous = closes || alone ? "other" : "open";
  }
  return out;
}
