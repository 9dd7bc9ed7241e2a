/** The API refused a request; `code` and `message` come from its problem document (RFC 9457). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string | undefined;
  /** The API's own sentence. Undefined if the answer was not a problem document. */
  readonly detail: string | undefined;
  /** The limit that was reached. The code says which one. */
  readonly limit: number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    problem: {
      code?: string | undefined;
      detail?: string | undefined;
      limit?: number | undefined;
      retryAfterSeconds?: number | undefined;
    } = {},
  ) {
    super(problem.detail ?? `The API responded with HTTP ${status}.`);
    this.status = status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.limit = problem.limit;
    this.retryAfterSeconds = problem.retryAfterSeconds;
  }
}

/** S3 refused a request; `code` is S3's own, for example NoSuchUpload. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly status: number;
  readonly code: string | undefined;

  constructor(status: number, code: string | undefined) {
    super(`The storage responded with HTTP ${status}${code ? ` (${code})` : ""}.`);
    this.status = status;
    this.code = code;
  }
}

/** There was no answer: the machine is offline, or the connection broke or stalled. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/** The server answered in a form that this version of the client can't read. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
}

/** The file was moved, changed or unplugged while it was being read. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

/** Many uploads of one user began at the same moment, and each time another one won. */
const LOST_TURN = "too-many-at-once";

/** Returns whether the same request may succeed a little later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  if (error instanceof ApiError) {
    // An answer with a code is one of our limits, which only the user can resolve. API Gateway's
    // throttling has no code.
    if (error.status === 429) return error.code === undefined || error.code === LOST_TURN;
    return error.status >= 500 || error.status === 408;
  }
  if (error instanceof StorageError) {
    // S3 reports a body that arrives too slowly as RequestTimeout, with status 400.
    return (
      error.status >= 500 || [408, 429].includes(error.status) || error.code === "RequestTimeout"
    );
  }
  return false;
}

/**
 * Like {@link isTransient}, for a request that is signed again for each try: S3 answers 403 to a
 * URL that has expired. If it refuses three times, it has another reason.
 */
export const isWorthSigningAgain = (error: unknown, failures: number): boolean =>
  isTransient(error) || (error instanceof StorageError && error.status === 403 && failures < 3);
