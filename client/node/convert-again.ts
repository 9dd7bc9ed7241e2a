import type { ConversionOptions } from "../../contract/conversion.ts";
import type { JobView } from "../answers.ts";
import type { ApiClient } from "../api-client.ts";
import { withRetries } from "../retry.ts";
import { downloadStep, inStep, StepError, type StepHooks, watchStep } from "./steps.ts";

interface Again {
  jobId: string;
  mp3Path: string;
  conversion: ConversionOptions;
  /** A picture in base64 (`Cover`); without one the earlier job's is used again. */
  cover?: string | undefined;
}

/**
 * Converts the source of an earlier job once more, waits for the MP3 and downloads it.
 *
 * @returns the new job.
 * @throws StepError, or the signal's reason.
 */
export async function convertAgain(
  api: ApiClient,
  { jobId, mp3Path, conversion: options, cover }: Again,
  hooks: StepHooks,
): Promise<JobView> {
  const { signal } = hooks;
  const again = { options, ...(cover && { cover }) };
  const made = await inStep("conversion", signal, () =>
    withRetries(() => api.convertAgain(jobId, again, signal), { signal }),
  );
  return awaitMp3(api, made.jobId, mp3Path, hooks);
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
