import type { JobView } from "../answers.ts";
import type { ApiClient } from "../api-client.ts";
import { type AgainJob, convertAgain } from "../convert-again.ts";
import { downloadStep, inStep, StepError, type StepHooks, watchStep } from "./steps.ts";

/**
 * Converts an earlier job's source again, waits for the MP3 and downloads it.
 *
 * @returns the new job.
 * @throws StepError, or the signal's reason.
 */
export async function convertAgainTo(
  api: ApiClient,
  earlierJobId: string,
  { mp3Path, ...again }: AgainJob & { mp3Path: string },
  hooks: StepHooks,
): Promise<JobView> {
  const { signal } = hooks;
  const jobId = await inStep("conversion", signal, () =>
    convertAgain(api, earlierJobId, again, { signal }),
  );
  return awaitMp3(api, jobId, mp3Path, hooks);
}

/**
 * Waits for a job's MP3 and downloads it.
 *
 * @throws StepError, or the signal's reason.
 */
export async function awaitMp3(
  api: ApiClient,
  jobId: string,
  mp3Path: string,
  hooks: StepHooks,
): Promise<JobView> {
  const job = await watchStep(api, jobId, hooks);
  if (job.failure) throw new StepError("conversion", job.failure.message);
  await downloadStep(api, jobId, mp3Path, hooks);
  return job;
}
