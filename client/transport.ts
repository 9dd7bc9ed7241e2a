import type { ByteSource } from "./byte-source.ts";
import { StorageError } from "./errors.ts";

/** One presigned request to S3. */
export interface StorageRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: string | { source: ByteSource; start: number; end: number } | undefined;
  signal: AbortSignal;
  /** Called with how many bytes of the body have left this machine. */
  onSentBytes?: ((sentBytes: number) => void) | undefined;
}

export interface StorageAnswer {
  etag: string | undefined;
  text: string;
}

/**
 * Sends one request to S3, once. Gives up when nothing has moved for {@link STALL_MILLISECONDS}.
 * Throws StorageError for an answer that isn't a success, NetworkError if there is none,
 * SourceError if the file can't be read, or the signal's reason.
 */
export type Transport = (request: StorageRequest) => Promise<StorageAnswer>;

/** A connection on which nothing moves for this long is closed, and the request is retried. */
export const STALL_MILLISECONDS = 60_000;

/**
 * What S3 answered. CompleteMultipartUpload may answer 200 and still carry an error document:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 *
 * @throws StorageError
 */
export function readStorageAnswer(answer: {
  status: number;
  etag: string | null | undefined;
  text: string;
}): StorageAnswer {
  const { status, etag, text } = answer;
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess && !text.includes("<Error>")) return { etag: etag ?? undefined, text };
  const code = /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
  throw new StorageError(isSuccess ? 500 : status, code);
}
