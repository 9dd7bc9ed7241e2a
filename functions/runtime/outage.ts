/**
 * The error names that Node and the SDK use for a service that can't be reached or doesn't answer.
 */
const NAMES = ["TimeoutError", "ThrottlingException", "SlowDown", "TooManyRequestsException"];
const CODES = ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EPIPE", "ETIMEDOUT", "EAI_AGAIN"];

/**
 * Returns whether an error is transient: a service can't be reached, doesn't answer, throttles or
 * fails.
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as {
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  return (
    NAMES.includes(error.name) ||
    CODES.includes(String(code)) ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    isOutage(error.cause)
  );
}
