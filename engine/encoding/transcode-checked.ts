import { JoinMismatch } from "./frame-joiner.ts";
import type { TranscodeResult } from "./transcode.ts";
import type { TranscodeJob } from "./transcode-job.ts";

type Frames = readonly Uint8Array[];

type Transcode = (
  job: TranscodeJob,
  onFrames: (frames: Frames) => Promise<void>,
  signal: AbortSignal,
) => Promise<TranscodeResult>;

/**
 * Encodes in parallel. If two encoders disagree, a single one encodes everything again. The frames that
 * were written before that are right, so the second run only adds the rest.
 */
export async function transcodeChecked(
  transcode: Transcode,
  job: TranscodeJob,
  writer: { write(frames: Frames): Promise<void> },
  signal: AbortSignal,
): Promise<TranscodeResult> {
  const attempt = new AbortController();
  let written = 0;
  try {
    return await transcode(
      job,
      async (frames) => {
        written += frames.length;
        await writer.write(frames);
      },
      AbortSignal.any([signal, attempt.signal]),
    );
  } catch (error) {
    if (!(error instanceof JoinMismatch)) throw error;
    attempt.abort();
    let skip = written;
    return transcode(
      { ...job, workers: 1 },
      async (frames) => {
        const skipped = Math.min(skip, frames.length);
        skip -= skipped;
        if (skipped < frames.length) await writer.write(frames.slice(skipped));
      },
      signal,
    );
  }
}
