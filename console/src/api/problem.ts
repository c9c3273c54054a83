import type { Problem } from "./contract/answer";

/** A request that failed: the server's problem, or one of our own when there was no answer that could be read. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = "ApiError";
  }

  get status(): number {
    return this.problem.status;
  }

  /**
   * What the server says about one field of the request; a nested field is a path with dots. `codes` are refusals of the whole
   * request that are about this field: a name that is taken, for instance.
   */
  field(name: string, ...codes: string[]): string | undefined {
    const { errors, code, detail, hint } = this.problem;
    return errors?.find((e) => e.field === name)?.detail ?? (codes.includes(code) ? `${detail} ${hint}`.trim() : undefined);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Reads a problem body. Proxies answer with anything, so nothing is taken for granted. */
export function toProblem(body: unknown, status: number, fallback: string): Problem {
  const b = isRecord(body) ? body : {};
  const errors = Array.isArray(b["errors"]) ? b["errors"].filter(isRecord) : [];
  return {
    type: text(b["type"]) || "about:blank",
    title: text(b["title"]),
    status,
    detail: text(b["detail"]) || text(b["title"]) || fallback,
    code: text(b["code"]),
    hint: text(b["hint"]),
    transactionId: text(b["transactionId"]),
    ...(/^\/go\//.test(text(b["signInAgain"])) ? { signInAgain: text(b["signInAgain"]) } : {}),
    errors: errors.map((e) => ({ field: text(e["field"]), code: text(e["code"]), detail: text(e["detail"]) })),
  };
}

/** Status 0 means that no answer came. */
export function unreachable(detail: string): ApiError {
  return new ApiError(toProblem({ code: "unreachable", detail }, 0, detail));
}

export function asApiError(error: unknown, fallback: string): ApiError {
  return error instanceof ApiError ? error : new ApiError(toProblem(undefined, 0, fallback));
}
