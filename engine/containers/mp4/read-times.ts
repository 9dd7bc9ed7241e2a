import type { Box } from "../../../parsing/box.ts";
import { SampleTimes } from "./sample-times.ts";

/** Sample times if all samples have the same length. */
export interface UniformTimes {
  samples: number;
  sampleTicks: number;
}

interface MediaTimes extends UniformTimes {
  /** The decoded length, which is exact if all samples but the last have the same length. */
  ticks: number;
  isUniform: boolean;
  gapTicks: number;
  /** The times to use if the file's own can't be right. */
  replaced: UniformTimes | undefined;
}

/** Larger values are negative numbers. */
const LARGEST_TICKS = 0x7fffffff;

/** Every codec's frames are shorter. */
const LONGEST_SAMPLE_SECONDS = 10;

/**
 * Reads the lengths of a track's samples (`stts`, ISO/IEC 14496-12 §8.6.1.2). If some samples have
 * no length, or one is longer than the whole track should be, all samples get the usual length.
 *
 * @param clock the track's stated length in ticks, 0 if unknown, and its ticks per second
 * @returns undefined if there is no such table
 */
export function readTimes(
  table: Box | undefined,
  clock: { ticks: number; timescale: number },
): MediaTimes | undefined {
  const stts = table?.find("stts");
  if (!stts) return undefined;
  const commonTicks = findCommonTicks(stts);
  const isTooShort =
    commonTicks > clock.ticks && commonTicks <= LONGEST_SAMPLE_SECONDS * clock.timescale;
  const statedTicks = isTooShort ? 0 : clock.ticks;
  const { fields } = stts.fullFields();
  const statedEntries = fields.u32();
  const entries = Math.min(statedEntries, Math.floor(fields.left / 8));
  const sampleCount = countSamples(table);
  const longestTicks = Math.min(LARGEST_TICKS, statedTicks || LARGEST_TICKS);
  const times = new SampleTimes();
  let [ticks, samples, impossible] = [0, 0, statedEntries - entries];
  let [longestRun, sampleTicks, lastTicks] = [0, 0, 0];
  for (let left = entries; left > 0; left--) {
    const run = Math.min(fields.u32(), sampleCount - samples);
    const delta = fields.u32();
    samples += run;
    if (delta > longestTicks) {
      impossible += run;
      continue;
    }
    times.add(run, delta);
    ticks += run * delta;
    if (run > 0) lastTicks = delta;
    if (run > longestRun) [longestRun, sampleTicks] = [run, delta];
  }
  if (Number.isFinite(sampleCount)) impossible += sampleCount - samples;
  if (ticks === 0) impossible = Math.max(samples, sampleCount);
  const usualTicks =
    longestRun > 0 && ticks > 0 ? sampleTicks : Math.round(statedTicks / sampleCount);
  if (impossible > 0 && usualTicks > 0 && Number.isFinite(sampleCount)) {
    const replaced = { samples: sampleCount, sampleTicks: usualTicks };
    const uniform = { ticks: sampleCount * usualTicks, isUniform: true, gapTicks: 0 };
    return { ...replaced, ...uniform, replaced };
  }
  const isUniform = samples - longestRun <= 1 && ticks <= samples * sampleTicks;
  return {
    samples,
    sampleTicks,
    ticks: isUniform ? ticks : times.estimateTicks(),
    isUniform,
    gapTicks: isUniform ? 0 : times.countGapTicks(lastTicks),
    replaced: undefined,
  };
}

/** Finds the length of the longest run of samples. */
function findCommonTicks(stts: Box): number {
  const { fields } = stts.fullFields();
  let [longestRun, commonTicks] = [0, 0];
  for (let left = Math.min(fields.u32(), Math.floor(fields.left / 8)); left > 0; left--) {
    const [run, ticks] = [fields.u32(), fields.u32()];
    if (run > longestRun) [longestRun, commonTicks] = [run, ticks];
  }
  return commonTicks;
}

/** Counts the samples that have a size. Returns Infinity if the table doesn't say. */
function countSamples(table: Box | undefined): number {
  const sizes = table?.find("stsz")?.fullFields();
  return sizes?.fields.skip(4).u32() || Infinity;
}
