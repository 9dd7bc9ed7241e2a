/** A stretch of `made` that matches one of `expected`, in samples per channel. */
interface Run {
  madeStart: number;
  expectedStart: number;
  length: number;
}

/** How far two recordings of the same thing agree. */
export interface Alignment {
  alikeSeconds: number;
  /** Audio of `expected` that `made` doesn't have. */
  lackingSeconds: number;
  /** Audio that only `made` has. */
  extraSeconds: number;
  /** Audio that differs, with the right length. */
  replacedSeconds: number;
  /** The number of places where `made` lacks audio. */
  holes: number;
}

interface Comparison {
  channels: number;
  rate: number;
  /** How many samples per channel are compared at a time. */
  block: number;
  /** How far from its expected place a block is searched for first, in samples. */
  near: number;
  isAlike: (made: number, expected: number) => boolean;
  /** Compares a few samples, which rules out nearly every place that `isAlike` would reject. */
  mayBeAlike: (made: number, expected: number) => boolean;
}

/** Searching all of `expected` for a lost block is slow, so only one block in this many is searched for. */
const SEARCH_EVERY = 3;

function align(madeLength: number, expectedLength: number, how: Comparison): Alignment {
  const { block, near, rate } = how;
  const runs: Run[] = [];
  let lag = 0;
  let lost = 0;
  const fits = (made: number, expected: number) =>
    expected >= 0 && expected + block <= expectedLength && how.isAlike(made, expected);
  const find = (made: number): number | undefined => {
    if (fits(made, made + lag)) return made + lag;
    for (let distance = 1; distance <= near; distance++) {
      for (const place of [made + lag + distance, made + lag - distance]) {
        if (how.mayBeAlike(made, place) && fits(made, place)) return place;
      }
    }
    if (lost++ % SEARCH_EVERY !== 0) return undefined;
    // Audio is left out more often than it is repeated, so the match is more likely to come later.
    const from = Math.max(0, made + lag);
    for (let count = 0; count < expectedLength; count++) {
      const place = (from + count) % expectedLength;
      if (how.mayBeAlike(made, place) && fits(made, place)) return place;
    }
    return undefined;
  };
  for (let at = 0; at + block <= madeLength; at += block) {
    const place = find(at);
    if (place === undefined) continue;
    lost = 0;
    lag = place - at;
    const last = runs.at(-1);
    if (last && last.madeStart + last.length === at && last.expectedStart + last.length === place) {
      last.length += block;
    } else runs.push({ madeStart: at, expectedStart: place, length: block });
  }
  return measureGaps(runs, madeLength, expectedLength, rate);
}

function measureGaps(
  runs: readonly Run[],
  madeLength: number,
  expectedLength: number,
  rate: number,
): Alignment {
  let [madeEnd, expectedEnd] = [0, 0];
  let [alike, lacking, extra, replaced, holes] = [0, 0, 0, 0, 0];
  const end: Run = { madeStart: madeLength, expectedStart: expectedLength, length: 0 };
  for (const { madeStart, expectedStart, length } of [...runs, end]) {
    const surplus = madeStart - madeEnd - (expectedStart - expectedEnd);
    if (surplus < 0) holes++;
    lacking += Math.max(0, -surplus);
    extra += Math.max(0, surplus);
    replaced += Math.max(0, Math.min(madeStart - madeEnd, expectedStart - expectedEnd));
    alike += length;
    [madeEnd, expectedEnd] = [madeStart + length, expectedStart + length];
  }
  const toSeconds = (samples: number) => samples / rate;
  return {
    alikeSeconds: toSeconds(alike),
    lackingSeconds: toSeconds(lacking),
    extraSeconds: toSeconds(extra),
    replacedSeconds: toSeconds(replaced),
    holes,
  };
}

/** The difference may reach −60 dB of the louder block. */
const MOST_DIFFERENT = 1e-3;
/** −70 dB of full scale: anything quieter is silence. */
const SILENT_RMS = 3e-4;
const EXACT_BLOCK = 256;

/**
 * Aligns interleaved samples that should be the same except for rounding. Audio that is shifted by a
 * fraction of a sample counts as different.
 */
export function alignExactly(
  made: Float32Array,
  expected: Float32Array,
  channels: number,
  rate: number,
): Alignment {
  const isAlike = (from: number, to: number) => {
    let [power, difference] = [0, 0];
    for (let at = 0; at < EXACT_BLOCK * channels; at++) {
      const one = made[from * channels + at] as number;
      const other = expected[to * channels + at] as number;
      power += Math.max(one ** 2, other ** 2);
      difference += (one - other) ** 2;
    }
    const silence = SILENT_RMS ** 2 * EXACT_BLOCK * channels;
    return difference <= MOST_DIFFERENT ** 2 * Math.max(power, silence) || power <= silence;
  };
  const mayBeAlike = (from: number, to: number) => {
    for (let at = 0; at < EXACT_BLOCK; at += 37) {
      const one = made[(from + at) * channels] ?? 0;
      const other = expected[(to + at) * channels] ?? 0;
      if (Math.abs(one - other) > 0.002) return false;
    }
    return true;
  };
  return align(Math.floor(made.length / channels), Math.floor(expected.length / channels), {
    ...{ channels, rate, block: EXACT_BLOCK, near: Math.round(rate * 0.05), isAlike, mayBeAlike },
  });
}

/** Encoding at any quality correlates better than this with its source, and any other audio worse. */
const LEAST_CORRELATION = 0.75;
export const HEARD_BLOCK = 480;

/** Aligns one channel with the recording that it was encoded from, at {@link HEARD_RATE}. */
export function alignByShape(made: Float32Array, recorded: Float32Array, rate: number): Alignment {
  const correlate = (from: number, to: number, step: number) => {
    let [both, one, two] = [0, 1e-9, 1e-9];
    for (let at = 0; at < HEARD_BLOCK; at += step) {
      const a = made[from + at] ?? 0;
      const b = recorded[to + at] ?? 0;
      both += a * b;
      one += a * a;
      two += b * b;
    }
    return both / Math.sqrt(one * two);
  };
  return align(made.length, recorded.length, {
    channels: 1,
    ...{ rate, block: HEARD_BLOCK, near: Math.round(rate * 0.1) },
    isAlike: (from, to) => correlate(from, to, 1) >= LEAST_CORRELATION,
    mayBeAlike: (from, to) => correlate(from, to, 17) >= LEAST_CORRELATION - 0.15,
  });
}
