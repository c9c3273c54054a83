/**
 * The answers of the API as the pages need them: which fields are always there and which may be null. The generated description
 * (schema.d.ts) marks neither; agreement.ts makes the build fail when a name or type here is not the server's. One file for each
 * subject; this one has what all answers share.
 *
 * Paths are below `https://console.<base>/api` (session cookie) and, the same, below
 * `https://api.<base>` (bearer token).
 *
 * Rules of every operation:
 * - JSON in lower camel case. Times are RFC 3339 in UTC. An absent text is "", an absent time or object is null; fields
 *   are never left out unless marked `?`.
 * - A list answers `{items, cursor}`; `items` is never null and `cursor` is "" on the last page.
 * - Failures are `application/problem+json` ({@link Problem}) with all field errors at once. A field is named by its path in
 *   the request body: "name", "settings.ssoServiceUrl", "settings.attributeNames.sid", "settings.certificates".
 * - Single objects carry an `ETag`. `If-Match` is required where a parameter `If-Match` stands below.
 */

/** RFC 9457 problem with the product's additions. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** The sentence for the reader, in the reader's language. */
  detail: string;
  /** Stable machine code. */
  code: string;
  /** What to do; "" when the sentence says it all. */
  hint: string;
  /** Path on the console where the person proves himself by signing in again; the query `return` names the page to come back to. */
  signInAgain?: string;
  transactionId: string;
  errors?: FieldProblem[];
}

export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
}

export interface Page<T> {
  items: T[];
  /** Opaque position of the next page, "" on the last one. */
  cursor: string;
}

export interface NameRef {
  id: string;
  name: string;
}
