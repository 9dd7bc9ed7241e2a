/** The kind of a refusal; runtime/http.ts turns each kind into a status. */
export type RefusalKind =
  | "invalid"
  | "unauthenticated"
  | "not-found"
  | "conflict"
  | "method-not-allowed"
  | "too-large"
  | "rate-limited"
  | "unavailable";

/** One field of a request that doesn't fit. */
export interface FieldFault {
  path: string;
  message: string;
}

/** A request was refused, for a reason that the caller can change. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly kind: RefusalKind;
  /** Stable and machine-readable, for clients that translate or branch. */
  readonly code: string;
  readonly faults: readonly FieldFault[];
  /** What was reached: bytes, minutes or jobs. */
  readonly limit: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** The allowed methods, for the kind `method-not-allowed`. */
  readonly allowedMethods: readonly string[];

  constructor(
    kind: RefusalKind,
    code: string,
    message: string,
    details: {
      faults?: readonly FieldFault[];
      limit?: number;
      retryAfterSeconds?: number;
      allowedMethods?: readonly string[];
      cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.kind = kind;
    this.code = code;
    this.faults = details.faults ?? [];
    this.limit = details.limit;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.allowedMethods = details.allowedMethods ?? [];
  }
}

/** Uses one sentence for "doesn't exist" and "isn't yours", so that nobody can probe ids. */
export const jobNotFound = () =>
  new Refusal("not-found", "job-not-found", "There is no such job. It may have been deleted.");
