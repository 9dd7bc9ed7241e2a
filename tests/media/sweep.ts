export const SWEEP_SECONDS = 3;

/**
 * ffmpeg's `aevalsrc` expression for two tones, one rising and one falling. No two parts of it are
 * alike, so a delay is noticed.
 */
export const SWEEP =
  "0.4*sin(2*PI*(200*t+466*t*t))*(0.6+0.4*sin(2*PI*1.3*t))|0.4*sin(2*PI*(3000*t-466*t*t))*(0.6+0.4*cos(2*PI*1.7*t))";

/** Returns the sum of both channels at `t` seconds. */
function sweepAt(t: number): number {
  const rising = Math.sin(2 * Math.PI * (200 * t + 466 * t * t));
  const falling = Math.sin(2 * Math.PI * (3000 * t - 466 * t * t));
  return (
    0.4 * rising * (0.6 + 0.4 * Math.sin(2 * Math.PI * 1.3 * t)) +
    0.4 * falling * (0.6 + 0.4 * Math.cos(2 * Math.PI * 1.7 * t))
  );
}

const FARTHEST_SAMPLES = 4000;

/**
 * Finds how many samples decoded stereo is late, or returns undefined if it isn't the sweep. It
 * compares 1.3 s from `fromSeconds` on.
 *
 * @param pcm interleaved
 */
export function findSweepLag(
  pcm: Float32Array,
  sampleRate: number,
  fromSeconds = 0,
): number | undefined {
  const first = Math.round(fromSeconds * sampleRate) + FARTHEST_SAMPLES;
  const places = Array.from({ length: 2700 }, (_, index) => first + index * 23);
  const expected = Float64Array.from(places, (at) => sweepAt(at / sampleRate));
  let best = { lag: 0, likeness: 0 };
  for (let lag = -FARTHEST_SAMPLES; lag <= FARTHEST_SAMPLES; lag++) {
    let [product, left, right] = [0, 0, 0];
    for (const [index, at] of places.entries()) {
      const sample = (pcm[2 * (at + lag)] ?? 0) + (pcm[2 * (at + lag) + 1] ?? 0);
      const wanted = expected[index] as number;
      product += wanted * sample;
      left += wanted * wanted;
      right += sample * sample;
    }
    const likeness = product / Math.sqrt(left * right);
    if (likeness > best.likeness) best = { lag, likeness };
  }
  return best.likeness > 0.95 ? best.lag : undefined;
}
