import { base64Of } from "./download";

/** The text of a PEM file, or of a file of bare bytes (DER) as PEM. Whether it is what it should be is the server's to say. */
export async function pemOf(file: Blob, kind = "CERTIFICATE"): Promise<string> {
  const text = await file.text();
  if (text.includes("-----BEGIN") || /^[A-Za-z0-9+/=\s]+$/.test(text)) return text;
  const lines = (await base64Of(file)).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`, ""].join("\n");
}

/** The bytes (DER) of the first block of a PEM text. */
export function derOf(pem: string): Uint8Array<ArrayBuffer> {
  const text = /-----BEGIN [^-]+-----([^-]+)-----END/.exec(pem)?.[1] ?? pem;
  return Uint8Array.from(atob(text.replaceAll(/\s/g, "")), (char) => char.charCodeAt(0));
}
