/**
 * Who encodes what. Positions are counted in units of seven MP3 frames: the padding bits of a
 * constant-rate MP3 at 44.1, 22.05 or 11.025 kHz repeat after 49 frames, which is seven units.
 */
export interface SegmentPlan {
  workers: number;
  frameSamples: 1152 | 576;
  unitSamples: number;
  segmentUnits: number;
  prerollUnits: number;
  postrollUnits: number;
  /** Units by which each worker's first preroll is longer. */
  extraUnits: readonly number[];
}

export const FRAMES_PER_UNIT = 7;

/**
 * What LAME needs to forget where it began. Its slowest state is the loudness-adaptive threshold of
 * hearing (`athAdjust` in LAME's encoder.c): after a loud passage the factor falls by at least 7.5%
 * a granule until it meets its target, of which 0.000625 is the lowest, and then is set to the
 * target exactly. ln(0.000625) / ln(0.925) = 95 granules; a granule is 576 samples. The filter bank,
 * the block switching and the smoothed perceptual entropy (19 granules) forget sooner.
 */
const FORGETTING_SAMPLES = 95 * 576;

/** LAME looks ahead by less than 1152 + 1105 samples; a unit is at least 4032. */
const POSTROLL_UNITS = 1;

/**
 * Plans for `workers` ≥ 2 encoders that take turns in segments of about `segmentSeconds`. Every
 * worker encodes one uninterrupted stream: its segments one after another, each with its preroll
 * and postroll. With `paddingCycle` a frame has the same place in the 49-frame cycle as in the whole.
 */
export function planSegments(request: {
  workers: number;
  sampleRate: number;
  segmentSeconds: number;
  paddingCycle: boolean;
}): SegmentPlan {
  const { workers, sampleRate } = request;
  const frameSamples = sampleRate >= 32000 ? 1152 : 576;
  const unitSamples = FRAMES_PER_UNIT * frameSamples;
  let prerollUnits = Math.ceil(FORGETTING_SAMPLES / unitSamples) + 1;
  const shortest = prerollUnits + POSTROLL_UNITS + 7;
  let segmentUnits = Math.max(
    shortest,
    Math.round((request.segmentSeconds * sampleRate) / unitSamples),
  );
  let extraUnits: number[] = new Array(workers).fill(0);
  if (request.paddingCycle) {
    // A worker's stream grows by preroll + segment + postroll while the whole grows by
    // workers × segment: both must be the same modulo the cycle.
    const isAligned = () =>
      (workers * segmentUnits - (prerollUnits + segmentUnits + POSTROLL_UNITS)) % 7 === 0;
    for (let tries = 0; !isAligned(); tries++) {
      if (tries % 7 === 6) prerollUnits++;
      segmentUnits++;
    }
    extraUnits = extraUnits.map((_, worker) =>
      worker === 0 ? 0 : (worker * segmentUnits - prerollUnits) % 7,
    );
  }
  return {
    workers,
    frameSamples,
    unitSamples,
    segmentUnits,
    prerollUnits,
    postrollUnits: POSTROLL_UNITS,
    extraUnits,
  };
}

const pieceUnits = (plan: SegmentPlan) =>
  plan.prerollUnits + plan.segmentUnits + plan.postrollUnits;

/** ffmpeg's expression that is true for the units `n` of one worker. */
export function selectExpression(plan: SegmentPlan, worker: number): string {
  const first = worker * plan.segmentUnits - plan.prerollUnits;
  const turn = plan.workers * plan.segmentUnits;
  const own = `lt(mod(n-(${first}),${turn}),${pieceUnits(plan)})`;
  if (worker === 0) return own;
  const start = first - (plan.extraUnits[worker] ?? 0);
  return `gte(n,${start})*(lt(n,${first})+${own})`;
}

/** Where frame `frame` of the whole lies in the stream of the worker that encodes `segment`. */
export function toWorkerFrame(plan: SegmentPlan, segment: number, frame: number): number {
  const worker = segment % plan.workers;
  const turns = (segment - worker) / plan.workers;
  const pieceStart = segment * plan.segmentUnits - plan.prerollUnits;
  const offset = worker === 0 ? -plan.prerollUnits : (plan.extraUnits[worker] ?? 0);
  return frame + FRAMES_PER_UNIT * (offset + turns * pieceUnits(plan) - pieceStart);
}
