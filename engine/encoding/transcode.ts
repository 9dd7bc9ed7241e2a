import type { Readable } from "node:stream";
import { toArguments } from "../ffmpeg/arguments.ts";
import { type FfmpegProcess, type ProcessEnd, startFfmpeg } from "../ffmpeg/process.ts";
import { FrameSplitter } from "../mp3/frame.ts";
import { FrameQueue } from "../mp3/frame-queue.ts";
import { PCM_OUTPUT, startDecoder } from "./decoder.ts";
import { joinFrames } from "./frame-joiner.ts";
import { METER_FILTER, METER_FORMAT, Meter } from "./meter.ts";
import { MP3_OUTPUT } from "./mp3-output.ts";
import { FRAMES_PER_UNIT, planSegments, selectExpression } from "./segment-plan.ts";
import type { TranscodeJob } from "./transcode-job.ts";

export interface TranscodeResult {
  ends: ProcessEnd[];
  /** The number of samples per channel after trimming. */
  samples: number;
  /** The length of the gaps between their packets, or 0 if that wasn't measured. */
  gapSeconds: number;
}

type OnFrames = (frames: readonly Uint8Array[]) => Promise<void>;

/**
 * Decodes the stream once and encodes it in `job.workers` processes. `onFrames` gets the MP3 frames in
 * order. The bytes are the same for any number of workers.
 *
 * @throws JoinMismatch if two encoders disagree, or FormatChanged if the filters were rebuilt, so that
 * the earlier frames are worthless
 */
export function transcode(
  job: TranscodeJob,
  onFrames: OnFrames,
  signal: AbortSignal,
): Promise<TranscodeResult> {
  return job.workers > 1
    ? transcodeInSegments(job, onFrames, signal)
    : transcodeSerially(job, onFrames, signal);
}

/** If the format changes, the process before the filters passes on no timestamps. */
const measuresGaps = ({ input }: TranscodeJob): boolean =>
  input.mayHaveGaps === true && !input.formatChanges;

const meterOutputs = (job: TranscodeJob): string[] =>
  toArguments({ map: measuresGaps(job) ? ["[meter]", "[gaps]"] : "[meter]", ...METER_FORMAT });

async function transcodeSerially(
  job: TranscodeJob,
  onFrames: OnFrames,
  signal: AbortSignal,
): Promise<TranscodeResult> {
  const decoding = {
    graph: (filters: string) => `${filters},asplit=2[out][rest];[rest]${METER_FILTER}[meter]`,
    outputs: [
      ...toArguments({ map: "[out]", "c:a": "libmp3lame" }),
      ...job.preset.args,
      ...MP3_OUTPUT,
      ...meterOutputs(job),
      "pipe:3",
    ],
    measuresGaps: measuresGaps(job),
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  } as const;
  const decoder = startDecoder(job, decoding, signal);
  const meter = new Meter(decoder.child.stdio[3] as Readable);
  const splitter = new FrameSplitter();
  for await (const chunk of decoder.child.stdout as Readable) {
    meter.throwIfChanged();
    const frames: Uint8Array[] = [];
    splitter.push(chunk as Uint8Array, (frame) => frames.push(frame));
    await onFrames(frames);
  }
  return { ends: await decoder.ended, ...(await meter.read()) };
}

/**
 * One process decodes and distributes the samples directly to the encoders' standard inputs, so Node sees
 * only MP3. A queue before each encoder keeps its samples while it is another one's turn, so that none
 * waits.
 */
async function transcodeInSegments(
  job: TranscodeJob,
  onFrames: OnFrames,
  signal: AbortSignal,
): Promise<TranscodeResult> {
  const encoders = Array.from({ length: job.workers }, () => startEncoder(job, signal));
  const plan = planSegments({
    workers: job.workers,
    sampleRate: job.sampleRate,
    segmentSeconds: job.segmentSeconds,
    hasReservoir: job.preset.hasReservoir,
    paddingCycle: job.preset.vbrScale === undefined && job.sampleRate % 11025 === 0,
  });
  const queueUnits = Math.ceil((plan.segmentUnits * (job.workers - 1)) / job.workers) + 2;
  const outputs = encoders.map((_, worker) => `[in${worker}]`).join("");
  const decoding = {
    graph: (filters: string) =>
      [
        `${filters},asetnsamples=n=${plan.unitSamples}:p=0,asplit=${job.workers + 1}${outputs}[rest]`,
        ...encoders.map((_, worker) => {
          return `[in${worker}]aselect='${selectExpression(plan, worker)}'[out${worker}]`;
        }),
        `[rest]${METER_FILTER}[meter]`,
      ].join(";"),
    outputs: [
      ...meterOutputs(job),
      "pipe:1",
      ...encoders.flatMap((_, worker) => [
        ...toArguments({ map: `[out${worker}]`, ...PCM_OUTPUT, thread_queue_size: queueUnits }),
        `pipe:${worker + 3}`,
      ]),
    ],
    measuresGaps: measuresGaps(job),
    stdio: ["ignore", "pipe", "pipe", ...encoders.map(({ child }) => child.stdin)] as const,
  };
  const decoder = startDecoder(job, decoding, signal);
  // The decoder has its own copies of the pipes. With these open, the encoders would never see the end.
  for (const { child } of encoders) child.stdin?.destroy();

  const meter = new Meter(decoder.child.stdout as Readable);
  const capacity = 4 * plan.segmentUnits * FRAMES_PER_UNIT;
  const queues = encoders.map(({ child }) => new FrameQueue(child.stdout as Readable, capacity));
  try {
    for await (const frames of joinFrames(plan, queues)) {
      meter.throwIfChanged();
      await onFrames(frames);
    }
  } catch (error) {
    // If the filters counted from 0 again, that is why the encoders disagree.
    meter.throwIfChanged();
    throw error;
  }
  for (const queue of queues) queue.discard();
  const ends = await Promise.all([decoder.ended, ...encoders.map(({ ended }) => ended)]);
  return { ends: ends.flat(), ...(await meter.read()) };
}

function startEncoder(job: TranscodeJob, signal: AbortSignal): FfmpegProcess {
  return startFfmpeg(
    job.ffmpegPath,
    [
      ...toArguments({
        v: "error",
        f: "f32le",
        ar: job.sampleRate,
        ch_layout: job.channels === 1 ? "mono" : "stereo",
        i: "pipe:0",
        "c:a": "libmp3lame",
      }),
      ...job.preset.args,
      ...MP3_OUTPUT,
    ],
    ["pipe", "pipe", "pipe"],
    signal,
  );
}
