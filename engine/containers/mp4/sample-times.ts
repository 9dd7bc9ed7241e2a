/**
 * If a sample is longer than the median by this factor, it isn't really longer: nothing was
 * recorded after it.
 */
const GAP_FACTOR = 1.5;

/** Recordings with jitter have some dozens of different lengths; hostile files have one for each sample. */
const MOST_LENGTHS = 4096;

/**
 * How long the samples of a track are, in its ticks. Recorders round the times to a coarse clock,
 * let them jitter, or make one sample last until the next that they got. The decoder's output has
 * none of that.
 */
export class SampleTimes {
  /** Samples by their length. */
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
   * The least that is decoded of them. Rounding and jitter cancel each other out over all samples,
   * and one that spans a gap counts as the mean of the others.
   */
  estimateTicks(): number {
    const { ticks, meanTicks, long } = this.#split();
    return Math.round(ticks + (sumUp(long)[0] + this.#otherSamples) * meanTicks);
  }

  /**
   * Counts the ticks in which nothing was recorded. The last sample, of `lastTicks`, has nothing after
   * it, however long it is.
   */
  countGapTicks(lastTicks: number): number {
    const { meanTicks, long } = this.#split();
    const [samples, ticks] = sumUp(long);
    const isLastLong = long.some(([length]) => length === lastTicks);
    return ticks - samples * meanTicks - (isLastLong ? lastTicks - meanTicks : 0);
  }

  /** Samples of a usual length, and those that are longer. */
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
