import type { ConversionOptions } from "../contract/conversion.ts";
import { createJobId } from "../contract/job-id.ts";
import type { ApiClient } from "./api-client.ts";
import { type RetryOptions, withRetries } from "./retry.ts";

/** A job that converts the source of an earlier one. */
export interface AgainJob {
  /** Made once for all tries, so that a repeated request makes no second job. */
  jobId?: string | undefined;
  options: ConversionOptions;
  /** A picture in base64 (`Cover`); without one the earlier job's is used again. */
  cover?: string | undefined;
}

/**
 * Has an earlier job's source converted once more. If the signal is aborted while a request is on its way,
 * this waits for the answer before it throws: after that there is a job with the id, or there will be none.
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
