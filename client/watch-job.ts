import { isFinished, type JobView } from "./answers.ts";
import type { ApiClient } from "./api-client.ts";
import { sleep, withRetries } from "./retry.ts";

const SHORTEST_DELAY_MILLISECONDS = 250;
const LONGEST_DELAY_MILLISECONDS = 8_000;
/**
 * Polls less often the longer a job takes. So a short video's user doesn't wait needlessly, and a
 * long video's client doesn't poll too often.
 */
const DELAY_SHARE = 0.05;

/**
 * Polls a job until it is finished, less often the longer it takes.
 *
 * @param pause waits between two polls; a hidden page waits longer.
 * @throws ApiError (404: the job was deleted), NetworkError, or the signal's reason.
 */
export async function watchJob(
  api: ApiClient,
  jobId: string,
  signal: AbortSignal,
  onJob: (job: JobView) => void,
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void> = sleep,
): Promise<JobView> {
  const startedAt = performance.now();
  for (;;) {
    const job = await withRetries(() => api.readJob(jobId, signal), { signal });
    onJob(job);
    if (isFinished(job)) return job;
    await pause(choosePause(performance.now() - startedAt), signal);
  }
}

/** Chooses how long to wait before the next poll, in milliseconds. */
export const choosePause = (elapsedMilliseconds: number): number =>
  Math.min(
    Math.max(elapsedMilliseconds * DELAY_SHARE, SHORTEST_DELAY_MILLISECONDS),
    LONGEST_DELAY_MILLISECONDS,
  );
