/** Lets the browser save what an address answers. */
export function saveFrom(url: string, fileName: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
}

/** Saves text as a file on the reader's machine. */
export function saveText(fileName: string, text: string, type: string): void {
  saveBlob(fileName, new Blob([text], { type }));
}

export function saveBytes(fileName: string, bytes: Uint8Array<ArrayBuffer>, type: string): void {
  saveBlob(fileName, new Blob([bytes], { type }));
}

function saveBlob(fileName: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  saveFrom(url, fileName);
  URL.revokeObjectURL(url);
}

/** Reads a chosen file as Base64 of its bytes. */
export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
