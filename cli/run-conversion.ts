import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type JobView, listNotes } from "../client/answers.ts";
import type { ConversionProgress } from "../client/node/steps.ts";
import { formatDuration, formatSize } from "../contract/format.ts";
import { EXIT, readExitCode } from "./exit-codes.ts";
import { STANDARD_OUTPUT } from "./paths.ts";
import type { ProgressDisplay } from "./progress.ts";

interface Conversion {
  /** Before each line, where there are several; or "". */
  name: string;
  mp3Path: string;
  /** What it was made of, for `--json`. */
  about: Readonly<Record<string, string>>;
  /** Leaves the MP3 at `mp3Path`. */
  convert: (
    mp3Path: string,
    onProgress: (progress: ConversionProgress) => void,
  ) => Promise<{ job: JobView; sentBytes?: number }>;
}

/**
 * Shows one conversion's progress and its outcome. Reports on standard error what went wrong.
 *
 * @returns the exit code for it.
 */
export async function runConversion(
  { name, mp3Path, about, convert }: Conversion,
  run: { json?: boolean | undefined; signal: AbortSignal; display: ProgressDisplay },
): Promise<number> {
  const { signal } = run;
  if (signal.aborted) return EXIT.interrupted;
  const progress = run.display.add(name);
  const isPiped = mp3Path === STANDARD_OUTPUT;
  const folder = isPiped ? await mkdtemp(join(tmpdir(), "tapedeck-")) : undefined;
  const path = folder ? join(folder, "out.mp3") : mp3Path;
  try {
    const { job, sentBytes } = await convert(path, progress.update);
    progress.end();
    if (isPiped) await pipeline(createReadStream(path), process.stdout, { end: false });
    else if (run.json) {
      const { jobId, result } = job;
      console.log(JSON.stringify({ ...about, mp3: mp3Path, jobId, sentBytes, ...result }));
    } else console.log(mp3Path);
    const { durationSeconds = 0, sizeBytes = 0 } = job.result ?? {};
    const facts = `${formatDuration(durationSeconds)} of audio, ${formatSize(sizeBytes)}`;
    for (const line of [facts, ...listNotes(job)]) console.error(name ? `${name}: ${line}` : line);
    return 0;
  } catch (error) {
    progress.end();
    if (signal.aborted) return EXIT.interrupted;
    const exitCode = readExitCode(error, signal);
    const message = error instanceof Error ? error.message : String(error);
    if (run.json) console.log(JSON.stringify({ ...about, error: message, exitCode }));
    console.error(name ? `${name}: ${message}` : message);
    return exitCode;
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}
