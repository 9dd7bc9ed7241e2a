import type { ProcessEnd } from "../ffmpeg/process.ts";
import { measure } from "./decoder.ts";
import type { TranscodeJob } from "./transcode-job.ts";

/** The whole selection's loudness and highest true peak, by EBU R 128. */
export interface Loudness {
  integratedLufs: number;
  truePeakDb: number;
}

/** EBU R 128 and its streaming supplement allow no true peak above this. */
export const HIGHEST_TRUE_PEAK_DB = -1;

/** The absolute gate of ITU-R BS.1770. Anything quieter isn't measured. */
const GATE_LUFS = -70;

/**
 * Decodes the audio once before it is encoded, and measures it. `loudness` is undefined for
 * silence. Costs a second reading of the source.
 */
export async function measureLoudness(
  job: TranscodeJob,
  signal: AbortSignal,
): Promise<{ ends: ProcessEnd[]; loudness: Loudness | undefined }> {
  // Logged at a level that isn't shown, the running values cost nothing.
  const { ends, messages } = await measure(job, "ebur128=peak=true:framelog=verbose", signal);
  const summary = messages.slice(Math.max(0, messages.lastIndexOf("Summary:")));
  const integratedLufs = Number(/^\s*I:\s+(-?[\d.]+) LUFS/m.exec(summary)?.[1] ?? Number.NaN);
  const truePeakDb = Number(/^\s*Peak:\s+(-?[\d.]+) dBFS/m.exec(summary)?.[1] ?? Number.NaN);
  const isMeasured = integratedLufs > GATE_LUFS && Number.isFinite(truePeakDb);
  return { ends, loudness: isMeasured ? { integratedLufs, truePeakDb } : undefined };
}

/** Chooses a single gain, so that the dynamics stay. It reaches the target unless a true peak would exceed the limit. */
export function chooseGain(loudness: Loudness, targetLufs: number): number {
  return Math.min(targetLufs - loudness.integratedLufs, HIGHEST_TRUE_PEAK_DB - loudness.truePeakDb);
}
