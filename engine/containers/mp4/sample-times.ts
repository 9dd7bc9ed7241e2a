/** A sample that is longer than the median by this factor has a gap after it. */
const GAP_FACTOR = 1.5;

/**
 * Recordings with jitter have a few dozen different lengths. Hostile files have one for each
 * sample.
 */
const MOST_LENGTHS = 4096;

/**
 * Counts a track's samples by their length in ticks. Recorders round times to a coarse clock, let
 * them jitter, or stretch a sample up to the next one that arrived. Decoded audio has none of that.
 */
export class SampleTimes {
  /** The number of samples of each length. */
  readonly #counts = new Map<number, number>();
  #otherSamples = 0;

  add(samples: number, ticks: number): void {
    const known = this.#counts.get(ticks);
    if (known === undefined && this.#counts.size >= MOST_LENGTHS) this.#otherSamples += samples;
    else this.#counts.set(ticks, (known ?? 0) + samples);
  }

  addAll(times: SampleTimes): void {
    for (const [ticks, samples] of times.#counts) this.add(samples, ticks);
    this.#otherSamples += times.#otherSamples;
  }

  /**
   * Estimates the least that is decoded. Rounding and jitter cancel out over all samples. A sample
   * that spans a gap counts as the mean of the others.
   */
  estimateTicks(): number {
    const { ticks, meanTicks, long } = this.#split();
    return Math.round(ticks + (sumUp(long)[0] + this.#otherSamples) * meanTicks);
  }

  /**
   * Counts the ticks of all gaps. There is no gap after the last sample, however long `lastTicks`
   * is.
   */
  countGapTicks(lastTicks: number): number {
    const { meanTicks, long } = this.#split();
    const [samples, ticks] = sumUp(long);
    const isLastLong = long.some(([length]) => length === lastTicks);
    return ticks - samples * meanTicks - (isLastLong ? lastTicks - meanTicks : 0);
  }

  /** Splits the samples into those of a usual length and those with a gap after them. */
  #split() {
    const lengths = [...this.#counts].sort(([a], [b]) => a - b);
    const longest = GAP_FACTOR * findMedian(lengths);
    const usual = lengths.filter(([ticks]) => ticks <= longest);
    const [samples, ticks] = sumUp(usual);
    const meanTicks = samples > 0 ? ticks / samples : 0;
    return { ticks, meanTicks, long: lengths.slice(usual.length) };
  }
}

type Lengths = readonly (readonly [ticks: number, samples: number])[];

function findMedian(sorted: Lengths): number {
  let left = sumUp(sorted)[0] / 2;
  for (const [ticks, samples] of sorted) {
    left -= samples;
    if (left <= 0) return ticks;
  }
  return 0;
}

function sumUp(lengths: Lengths): [samples: number, ticks: number] {
  let [sumSamples, sumTicks] = [0, 0];
  for (const [ticks, samples] of lengths) {
    sumSamples += samples;
    sumTicks += samples * ticks;
  }
  return [sumSamples, sumTicks];
}
