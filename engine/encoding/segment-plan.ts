/**
 * Which worker encodes what. Positions are counted in units of seven MP3 frames, because the padding bits
 * of a constant-rate MP3 at 44.1, 22.05 or 11.025 kHz repeat after 49 frames, which is seven units.
 */
export interface SegmentPlan {
  workers: number;
  unitSamples: number;
  segmentUnits: number;
  prerollUnits: number;
  postrollUnits: number;
  /**
   * The extra units before each worker's first piece. Every worker gets unit 0 of the whole, because
   * ffmpeg 7 and later fails if an output gets nothing. The others lengthen the first preroll.
   */
  extraUnits: readonly number[];
}

export const FRAMES_PER_UNIT = 7;

/** Returns the samples per channel of an MP3 frame. MPEG-2's frames have half as many as MPEG-1's. */
export const countFrameSamples = (sampleRate: number): 1152 | 576 =>
  sampleRate >= 32000 ? 1152 : 576;

/**
 * After how many frames LAME's start no longer affects its output. Its slowest state is the threshold of
 * hearing, which follows the loudness (`adjust_ATH` in LAME's encoder.c). With each frame, its factor
 * falls by at most 7.5% until it reaches its target, which is 0.000625 or more, and then it is exactly
 * the target. ln(0.000625) / ln(0.925) = 95 frames. A single loud frame between quiet ones, a click,
 * stops the fall for that frame. Two of them set it to their own level. So every other frame may not
 * count. The filter bank, block switching and the previous granules' masking fade within a few frames.
 */
const FORGETTING_FRAMES = 2 * 95;

/**
 * With the bit reservoir, encoders agree once both have filled it in the same frame. That took at most
 * 167 frames in 112 trials (docs/adr/0045-a-reservoir-on-every-core.md).
 */
const FILLING_FRAMES = 2 * 200;

/** LAME looks ahead by less than 1152 + 1105 samples, and a unit has at least 4032. */
const POSTROLL_UNITS = 1;

/**
 * Plans two or more `workers`, which take turns at segments of about `segmentSeconds`. Each worker
 * encodes an uninterrupted stream: its segments in order, each with its preroll and postroll. With
 * `paddingCycle`, a frame has the same place in the 49-frame cycle as in the whole.
 */
export function planSegments(request: {
  workers: number;
  sampleRate: number;
  segmentSeconds: number;
  paddingCycle: boolean;
  hasReservoir?: boolean;
}): SegmentPlan {
  const { workers, sampleRate } = request;
  const unitSamples = FRAMES_PER_UNIT * countFrameSamples(sampleRate);
  const forgettingFrames = request.hasReservoir ? FILLING_FRAMES : FORGETTING_FRAMES;
  let prerollUnits = Math.ceil(forgettingFrames / FRAMES_PER_UNIT) + 1;
  const shortest = prerollUnits + POSTROLL_UNITS + 7;
  let segmentUnits = Math.max(
    shortest,
    Math.round((request.segmentSeconds * sampleRate) / unitSamples),
  );
  let extraUnits = Array.from({ length: workers }, (_, worker) => Math.min(worker, 1));
  if (request.paddingCycle) {
    // A worker's stream grows by preroll + segment + postroll while the whole grows by
    // workers × segment: both must be the same modulo the cycle.
    const isAligned = () =>
      (workers * segmentUnits - (prerollUnits + segmentUnits + POSTROLL_UNITS)) % 7 === 0;
    for (let tries = 0; !isAligned(); tries++) {
      if (tries % 7 === 6) prerollUnits++;
      segmentUnits++;
    }
    extraUnits = extraUnits.map((least, worker) =>
      worker === 0 ? 0 : least + ((worker * segmentUnits - prerollUnits - least) % 7),
    );
  }
  return {
    workers,
    unitSamples,
    segmentUnits,
    prerollUnits,
    postrollUnits: POSTROLL_UNITS,
    extraUnits,
  };
}

export const countPieceUnits = (plan: SegmentPlan) =>
  plan.prerollUnits + plan.segmentUnits + plan.postrollUnits;

/** Returns an ffmpeg expression that is true for the units `n` of one worker. */
export function selectExpression(plan: SegmentPlan, worker: number): string {
  const first = worker * plan.segmentUnits - plan.prerollUnits;
  const turn = plan.workers * plan.segmentUnits;
  const own = `lt(mod(n-(${first}),${turn}),${countPieceUnits(plan)})`;
  if (worker === 0) return own;
  const start = first - (plan.extraUnits[worker] ?? 1) + 1;
  return `eq(n,0)+gte(n,${start})*(lt(n,${first})+${own})`;
}
