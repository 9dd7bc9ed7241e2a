import type { JobView } from "../answers.ts";
import type { ApiClient } from "../api-client.ts";
import type { Sending } from "../send.ts";
import { watchJob } from "../watch-job.ts";
import { downloadMp3 } from "./download.ts";

/** The step at which a conversion stopped. */
export type Step = "upload" | "conversion" | "download";

/** A step failed. The message is for the user, the cause for whoever investigates. */
export class StepError extends Error {
  override readonly name = "StepError";
  readonly step: Step;

  constructor(step: Step, message: string, cause?: unknown) {
    super(message, { cause });
    this.step = step;
  }
}

/** The progress of a conversion. */
export type ConversionProgress =
  | { step: "reading"; fraction: number }
  | ({ step: "uploading" } & Sending)
  | { step: "converting"; job: JobView }
  | { step: "downloading"; receivedBytes: number; sizeBytes: number };

export interface StepHooks {
  signal: AbortSignal;
  onProgress: (progress: ConversionProgress) => void;
}

/** Waits until a job has ended, with an MP3 or without. @throws StepError, or the signal's reason. */
export const watchStep = (
  api: ApiClient,
  jobId: string,
  { signal, onProgress }: StepHooks,
): Promise<JobView> =>
  inStep("conversion", signal, () =>
    watchJob(api, jobId, signal, (job) => onProgress({ step: "converting", job })),
  );

/** Downloads a finished job's MP3. @throws StepError, or the signal's reason. */
export const downloadStep = (
  api: ApiClient,
  jobId: string,
  mp3Path: string,
  { signal, onProgress }: StepHooks,
): Promise<void> =>
  inStep("download", signal, () =>
    downloadMp3(api, jobId, mp3Path, {
      signal,
      onBytes: (receivedBytes, sizeBytes) =>
        onProgress({ step: "downloading", receivedBytes, sizeBytes }),
    }),
  );

/** Runs one step. @throws StepError, or the signal's reason. */
export async function inStep<T>(
  step: Step,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw new StepError(step, error instanceof Error ? error.message : String(error), error);
  }
}
