import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { JoinMismatch, joinFrames, toWorkerFrame } from "../../engine/encoding/frame-joiner.ts";
import { FRAMES_PER_UNIT, planSegments } from "../../engine/encoding/segment-plan.ts";
import { transcodeChecked } from "../../engine/encoding/transcode-checked.ts";
import type { TranscodeJob } from "../../engine/encoding/transcode-job.ts";
import { FrameQueue } from "../../engine/mp3/frame-queue.ts";

const signal = new AbortController().signal;

/** Makes a frame that holds its number in the whole, as an encoder unaffected by its start would. */
function makeFrame(number: number): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x64]);
  frame.writeUInt32BE(number, 40);
  return frame;
}

/** Makes each worker's stream for a recording of `total` frames. */
function makeWorkers(plan: ReturnType<typeof planSegments>, total: number) {
  const segmentFrames = plan.segmentUnits * FRAMES_PER_UNIT;
  const streams: Buffer[][] = Array.from({ length: plan.workers }, () => []);
  for (let segment = 0; segment * segmentFrames < total; segment++) {
    const stream = streams[segment % plan.workers] as Buffer[];
    const from = Math.max(0, segment * segmentFrames - plan.prerollUnits * FRAMES_PER_UNIT);
    const to = (segment + 1) * segmentFrames + plan.postrollUnits * FRAMES_PER_UNIT;
    const first = toWorkerFrame(plan, segment, from);
    while (stream.length < first) stream.push(makeFrame(0));
    for (let frame = from; frame < Math.min(to, total); frame++) stream.push(makeFrame(frame));
  }
  return streams;
}

const start = (streams: Buffer[][]) =>
  streams.map((frames) => new FrameQueue(Readable.from(frames), 100_000));

test("segments from any number of workers are joined into the whole", async () => {
  for (const workers of [2, 3, 5, 8]) {
    for (const paddingCycle of [false, true]) {
      const plan = planSegments({ workers, sampleRate: 44100, segmentSeconds: 1, paddingCycle });
      const total = plan.segmentUnits * FRAMES_PER_UNIT * (workers + 2) + 17;
      const found: number[] = [];
      for await (const frames of joinFrames(plan, start(makeWorkers(plan, total)))) {
        found.push(...frames.map((frame) => Buffer.from(frame).readUInt32BE(40)));
      }
      assert.deepEqual(
        found,
        Array.from({ length: total }, (_, frame) => frame),
      );
    }
  }
});

test("a constant rate's frames keep their place in the padding cycle", () => {
  for (const workers of [2, 3, 4, 6, 7, 8, 9]) {
    const plan = planSegments({
      workers,
      sampleRate: 44100,
      segmentSeconds: 5,
      paddingCycle: true,
    });
    for (let segment = 0; segment < 40; segment++) {
      const frame = segment * plan.segmentUnits * FRAMES_PER_UNIT;
      assert.ok((toWorkerFrame(plan, segment, frame) - frame) % 49 === 0, `${workers} workers`);
    }
  }
});

test("encoders that disagree are noticed before a wrong frame is written", async () => {
  const plan = planSegments({
    workers: 2,
    sampleRate: 48000,
    segmentSeconds: 1,
    paddingCycle: false,
  });
  const segmentFrames = plan.segmentUnits * FRAMES_PER_UNIT;
  const streams = makeWorkers(plan, segmentFrames * 4);
  // The second encoder's start still affects its output when its segment begins.
  (streams[1] as Buffer[])[toWorkerFrame(plan, 1, segmentFrames - 1)]?.fill(7, 50, 60);
  let frames = 0;
  await assert.rejects(async () => {
    for await (const batch of joinFrames(plan, start(streams))) frames += batch.length;
  }, JoinMismatch);
  assert.equal(frames, segmentFrames);
});

test("after a disagreement, one encoder continues without repeating a frame", async () => {
  const written: number[] = [];
  const all = Array.from({ length: 50 }, (_, index) => Uint8Array.of(index));
  const result = await transcodeChecked(
    async (job, onFrames) => {
      if (job.workers > 1) {
        await onFrames(all.slice(0, 21));
        throw new JoinMismatch(21);
      }
      for (let at = 0; at < all.length; at += 8) await onFrames(all.slice(at, at + 8));
      return { ends: [], samples: 50, gapSeconds: 0 };
    },
    { workers: 4 } as TranscodeJob,
    {
      async write(frames) {
        written.push(...frames.map(([first]) => first as number));
      },
    },
    signal,
  );
  assert.equal(result.samples, 50);
  assert.deepEqual(
    written,
    Array.from({ length: 50 }, (_, index) => index),
  );
});
