import type { S3ClientConfig } from "@aws-sdk/client-s3";

/** How long an AWS client waits for an answer, and how often it tries. Every client has one. */
export type Patience = Required<Pick<S3ClientConfig, "maxAttempts" | "requestHandler">>;

/**
 * For a person who waits: seven seconds for all tries, so that a function of ten seconds can still
 * say what is wrong (runtime/http.ts).
 */
export const PROMPT: Patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};

/** For a worker: AWS answers within fractions of a second, but megabytes take longer. */
export const PATIENT: Patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5000, requestTimeout: 30_000, throwOnRequestTimeout: true },
};
