import type { AudioStream } from "../ffmpeg/probe.ts";
import type { ProcessEnd } from "../ffmpeg/process.ts";
import { measure } from "./decoder.ts";
import { HIGHEST_TRUE_PEAK_DB } from "./loudness.ts";
import type { TranscodeJob } from "./transcode-job.ts";

/**
 * Returns whether a codec stores floating-point samples, which may be above full scale, or not even
 * numbers.
 */
export const keepsFloats = ({ codec, sampleFormat }: AudioStream): boolean =>
  /^pcm_f(16|24|32|64)/.test(codec) || (codec === "wavpack" && /^(flt|dbl)/.test(sampleFormat));

/** Anything louder is garbage. Turning it down would make the rest inaudible. */
const HIGHEST_GAINED_PEAK_DB = 40;

/**
 * How floating-point samples are kept under full scale: by a gain, or by a clamp if some of them aren't
 * numbers.
 */
export type Headroom = Pick<TranscodeJob, "gainDb" | "clampedAtDb">;

/**
 * Decodes the audio once before it is encoded, and looks for samples that can't be encoded as they
 * are. Costs a second reading of the source.
 */
export async function measureHeadroom(
  job: TranscodeJob,
  signal: AbortSignal,
): Promise<{ ends: ProcessEnd[]; headroom: Headroom }> {
  const { ends, messages } = await measure(job, PEAK_FILTER, signal);
  const read = (name: string) =>
    Number(new RegExp(`\\] ${name}: (\\S+)`).exec(messages)?.[1] ?? Number.NaN);
  // JavaScript can't parse "inf" and "nan", so they count as no peak.
  const peakDb = read("Peak level dB");
  const isGarbage = !(peakDb <= HIGHEST_GAINED_PEAK_DB);
  const peakGainDb = isGarbage || peakDb <= 0 ? 0 : HIGHEST_TRUE_PEAK_DB - peakDb;
  const isClamped = isGarbage || read("Number of NaNs") > 0 || read("Number of Infs") > 0;
  return {
    ends,
    headroom: isClamped
      ? { gainDb: 0, clampedAtDb: peakGainDb }
      : { gainDb: peakGainDb, clampedAtDb: undefined },
  };
}

const PEAK_FILTER =
  "astats=measure_perchannel=none:measure_overall=Peak_level+Number_of_NaNs+Number_of_Infs";
