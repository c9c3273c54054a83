/** What the pages of a workspace need between text and ground. */
export const lowestContrast = 4.5;

/** `#rrggbb` or nothing. */
export function isColor(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** The contrast of two colours, 1 to 21; undefined unless both are colours. Source: WCAG 2.2, relative luminance and contrast ratio. */
export function contrast(a: string, b: string): number | undefined {
  if (!isColor(a) || !isColor(b)) return undefined;
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const channel = (from: number) => {
    const value = Number.parseInt(color.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
