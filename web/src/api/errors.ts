/** The API answered with an error; `code` and `detail` come from its problem document. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string | undefined;
  readonly detail: string | undefined;

  constructor(status: number, code: string | undefined, detail: string | undefined) {
    super(`The API answered ${status}${code ? ` (${code})` : ""}`);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** S3 answered with an error; `code` is S3's own, e.g. NoSuchUpload. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly status: number;
  readonly code: string | undefined;

  constructor(status: number, code: string | undefined) {
    super(`The storage answered ${status}${code ? ` (${code})` : ""}`);
    this.status = status;
    this.code = code;
  }
}

/** No answer at all: offline, a broken connection, or one that stopped moving. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/** The server was reached but its answer can't be understood. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
}

/** Whether the same request may well succeed a little later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  if (error instanceof ApiError || error instanceof StorageError) {
    return error.status >= 500 || error.status === 408 || error.status === 429;
  }
  return false;
}
