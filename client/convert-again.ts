import type { ConversionOptions } from "../contract/conversion.ts";
import { createJobId } from "../contract/job-id.ts";
import type { ApiClient } from "./api-client.ts";
import { type RetryOptions, withRetries } from "./retry.ts";

/** A job that converts an earlier job's source. */
export interface AgainJob {
  /** The new job's id. It is the same for all tries, so that a repeated request creates no second job. */
  jobId?: string | undefined;
  options: ConversionOptions;
  /** A picture in base64 (`Cover`). By default, the earlier job's is used again. */
  cover?: string | undefined;
}

/**
 * Converts an earlier job's source again. If the signal is aborted during a request, this waits for the
 * answer before it throws. After that, the job with the id either exists or never will.
 *
 * @returns the new job's id.
 * @throws ApiError, NetworkError, or the signal's reason.
 */
export async function convertAgain(
  api: ApiClient,
  earlierJobId: string,
  { jobId = createJobId(), options, cover }: AgainJob,
  retry: RetryOptions,
): Promise<string> {
  const body = { jobId, options, ...(cover && { cover }) };
  const send = () => api.convertAgain(earlierJobId, body, retry.signal);
  return (await withRetries(send, retry)).jobId;
}
