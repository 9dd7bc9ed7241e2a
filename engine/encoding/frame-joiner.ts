import type { FrameQueue } from "../mp3/frame-queue.ts";
import { countPieceUnits, FRAMES_PER_UNIT, type SegmentPlan } from "./segment-plan.ts";

/** How many frames before and after a join must be the same from both encoders. */
const CHECKED_BEFORE = 8;
const CHECKED_AFTER = 3;

/** Two encoders disagree at a join. The frames up to `goodFrames` are right, and the rest may not be. */
export class JoinMismatch extends Error {
  override name = "JoinMismatch";
  readonly goodFrames: number;

  constructor(goodFrames: number) {
    super(`the encoders disagree at frame ${goodFrames}`);
    this.goodFrames = goodFrames;
  }
}

/**
 * Joins the workers' segments. At each join, the frames on both sides must be the same from both
 * encoders, bit for bit. Yields batches of at most a unit.
 *
 * @throws JoinMismatch before it yields a frame of the later encoder
 */
export async function* joinFrames(
  plan: SegmentPlan,
  queues: readonly FrameQueue[],
): AsyncGenerator<Uint8Array[]> {
  const segmentFrames = plan.segmentUnits * FRAMES_PER_UNIT;
  for (let segment = 0; ; segment++) {
    const queue = queues[segment % plan.workers] as FrameQueue;
    const start = segment * segmentFrames;
    if (segment > 0) {
      const earlier = queues[(segment - 1) % plan.workers] as FrameQueue;
      for (let frame = start - CHECKED_BEFORE; frame < start + CHECKED_AFTER; frame++) {
        const [left, right] = await Promise.all([
          earlier.get(toWorkerFrame(plan, segment - 1, frame)),
          queue.get(toWorkerFrame(plan, segment, frame)),
        ]);
        // At the end of the audio, both have ended after the same frame.
        if (!left && !right) break;
        if (!left || !right || Buffer.compare(left, right) !== 0) throw new JoinMismatch(start);
      }
      earlier.release(toWorkerFrame(plan, segment - 1, start + CHECKED_AFTER));
    }
    const keptForCheck = start + segmentFrames - CHECKED_BEFORE;
    for (let frame = start; frame < start + segmentFrames; ) {
      const batch: Uint8Array[] = [];
      while (batch.length < FRAMES_PER_UNIT && frame < start + segmentFrames) {
        const next = await queue.get(toWorkerFrame(plan, segment, frame));
        if (!next) {
          yield batch;
          return;
        }
        batch.push(next);
        frame++;
      }
      queue.release(toWorkerFrame(plan, segment, Math.min(frame, keptForCheck)));
      yield batch;
    }
  }
}

/**
 * Returns where frame `frame` of the whole is in the stream of the worker that encodes `segment`.
 */
export function toWorkerFrame(plan: SegmentPlan, segment: number, frame: number): number {
  const worker = segment % plan.workers;
  const turns = (segment - worker) / plan.workers;
  const pieceStart = segment * plan.segmentUnits - plan.prerollUnits;
  const offset = worker === 0 ? -plan.prerollUnits : (plan.extraUnits[worker] ?? 0);
  return frame + FRAMES_PER_UNIT * (offset + turns * countPieceUnits(plan) - pieceStart);
}
