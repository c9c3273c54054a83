import { Fragment } from "react";

/** An address, an identifier or the like, which a narrow place breaks after its marks rather than in the middle of a word. */
export function Breakable({ text }: { text: string }) {
  const parts = text.match(/[^@./_=?&-]*[@./_=?&-]+|[^@./_=?&-]+/g) ?? [];
  return parts.map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
