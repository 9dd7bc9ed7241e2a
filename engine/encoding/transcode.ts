import type { Readable } from "node:stream";
import { inputArguments } from "../ffmpeg/demuxers.ts";
import { type FfmpegProcess, type ProcessEnd, startFfmpeg } from "../ffmpeg/process.ts";
import { FrameSplitter } from "../mp3/frame.ts";
import { FrameQueue } from "../mp3/frame-queue.ts";
import { joinFrames } from "./frame-joiner.ts";
import type { Preset } from "./presets.ts";
import {
  FRAMES_PER_UNIT,
  planSegments,
  type SegmentPlan,
  selectExpression,
} from "./segment-plan.ts";

/** The sound that a process reads. */
interface MediaInput {
  url: string;
  streamIndex: number;
  /** ffmpeg's name of the container where it is known. */
  format?: string;
}

export interface TranscodeJob {
  ffmpegPath: string;
  input: MediaInput;
  preset: Preset;
  sampleRate: number;
  channels: 1 | 2;
  /** The decoder's rate, in Hz. */
  sourceRate: number;
  /** Length of the whole track; what the decoder gives beyond it is padding. */
  trackSeconds: number | undefined;
  startSeconds: number;
  endSeconds: number | undefined;
  /** Change of level before encoding. */
  gainDb: number;
  /**
   * Change of level before samples are held between −1 and 1, which makes a number of what is none;
   * undefined where they need no holding.
   */
  clampedAtDb: number | undefined;
  /** Encoders at a time. */
  workers: number;
  segmentSeconds: number;
}

export interface TranscodeResult {
  ends: ProcessEnd[];
  /** Samples that the decoder gave after trimming, per channel. */
  samples: number;
}

type OnFrames = (frames: readonly Uint8Array[]) => Promise<void>;

/** Samples in a packet of ffmpeg's raw PCM demuxer. */
const PCM_PACKET_SAMPLES = 1024;

/** The filters between decoder and encoder: trim to the sample, then mix and resample for MP3. */
export function buildFilters(job: TranscodeJob): string {
  const filters: string[] = [];
  if (job.clampedAtDb !== undefined) {
    // The encoder aborts on NaN. 32-bit integers hold numbers up to full scale and nothing else.
    filters.push(
      `volume=${job.clampedAtDb.toFixed(2)}dB:precision=float`,
      "aformat=sample_fmts=s32",
    );
  }
  if (job.trackSeconds !== undefined) {
    filters.push(`atrim=end_sample=${Math.round(job.trackSeconds * job.sourceRate)}`);
  }
  if (job.startSeconds > 0 || job.endSeconds !== undefined) {
    const end = job.endSeconds === undefined ? "" : `:end=${job.endSeconds.toFixed(9)}`;
    filters.push(`atrim=start=${job.startSeconds.toFixed(9)}${end}`);
  }
  // The matrix is scaled so that a full-scale source can't clip when channels are added up.
  filters.push(`aresample=${job.sampleRate}:rematrix_maxval=1`);
  const layout = job.channels === 1 ? "mono" : "stereo";
  filters.push(
    `aformat=sample_fmts=flt:sample_rates=${job.sampleRate}:channel_layouts=${layout}`,
    "asetpts=N",
  );
  if (job.gainDb !== 0) filters.push(`volume=${job.gainDb.toFixed(2)}dB:precision=float`);
  return filters.join(",");
}

/** One line for each 65,536 samples tells how far the decoder is, to the sample at the end. */
const METER_FILTER = "asetnsamples=n=65536:p=0";
const METER_OUTPUT = ["-c:a", "pcm_u8", "-f", "framecrc"] as const;

const MP3_OUTPUT = [
  // In blocks of 32 KB: a frame a write would wake its reader 40 times for a second of sound.
  ...["-flush_packets", "0"],
  ...["-map_metadata", "-1", "-map_chapters", "-1", "-id3v2_version", "0"],
  ...["-write_xing", "0", "-f", "mp3", "pipe:1"],
];

/**
 * Decodes the stream once and encodes it by `job.workers` processes. `onFrames` gets the MP3 frames
 * in order, the same bytes for any number of workers. Throws JoinMismatch where two encoders disagree.
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

async function transcodeSerially(
  job: TranscodeJob,
  onFrames: OnFrames,
  signal: AbortSignal,
): Promise<TranscodeResult> {
  const graph = [
    `[0:${job.input.streamIndex}]${buildFilters(job)},asplit=2[out][rest]`,
    `[rest]${METER_FILTER}[meter]`,
  ].join(";");
  const process = startFfmpeg(
    job.ffmpegPath,
    [
      ...[
        "-v",
        "error",
        ...inputArguments(job.input.url, job.input.format),
        "-filter_complex",
        graph,
      ],
      ...["-map", "[out]", "-c:a", "libmp3lame", ...job.preset.args, ...MP3_OUTPUT],
      ...["-map", "[meter]", ...METER_OUTPUT, "pipe:3"],
    ],
    ["ignore", "pipe", "pipe", "pipe"],
    signal,
  );
  const meter = countSamples(process.child.stdio[3] as Readable);
  const splitter = new FrameSplitter();
  for await (const chunk of process.child.stdout as Readable) {
    const frames: Uint8Array[] = [];
    splitter.push(chunk as Uint8Array, (frame) => frames.push(frame));
    await onFrames(frames);
  }
  return { ends: [await process.ended], samples: await meter };
}

/**
 * One process decodes and deals the samples out, straight into the encoders' standard inputs; Node
 * sees only MP3. An encoder's input queue holds what the decoder gives it while the others have
 * their turn, so that none waits.
 */
async function transcodeInSegments(
  job: TranscodeJob,
  onFrames: OnFrames,
  signal: AbortSignal,
): Promise<TranscodeResult> {
  const plan = planSegments({
    workers: job.workers,
    sampleRate: job.sampleRate,
    segmentSeconds: job.segmentSeconds,
    paddingCycle: job.preset.vbrScale === undefined && job.sampleRate % 11025 === 0,
  });
  const encoders = Array.from({ length: job.workers }, () => startEncoder(job, plan, signal));
  const outputs = encoders.map((_, worker) => `[in${worker}]`).join("");
  const graph = [
    `[0:${job.input.streamIndex}]${buildFilters(job)},asetnsamples=n=${plan.unitSamples}:p=0,asplit=${job.workers + 1}${outputs}[rest]`,
    ...encoders.map((_, worker) => {
      return `[in${worker}]aselect='${selectExpression(plan, worker)}'[out${worker}]`;
    }),
    `[rest]${METER_FILTER}[meter]`,
  ].join(";");
  const decoder = startFfmpeg(
    job.ffmpegPath,
    [
      ...[
        "-v",
        "error",
        ...inputArguments(job.input.url, job.input.format),
        "-filter_complex",
        graph,
      ],
      ...["-map", "[meter]", ...METER_OUTPUT, "pipe:1"],
      ...encoders.flatMap((_, worker) => [
        ...["-map", `[out${worker}]`, "-c:a", "pcm_f32le", "-f", "f32le", `pipe:${worker + 3}`],
      ]),
    ],
    ["ignore", "pipe", "pipe", ...encoders.map(({ child }) => child.stdin as never)],
    signal,
  );
  // The decoder has its own copies; with these open the encoders would never see the end.
  for (const { child } of encoders) child.stdin?.destroy();

  const meter = countSamples(decoder.child.stdout as Readable);
  const capacity = 4 * plan.segmentUnits * FRAMES_PER_UNIT;
  const queues = encoders.map(({ child }) => new FrameQueue(child.stdout as Readable, capacity));
  for await (const frames of joinFrames(plan, queues)) await onFrames(frames);
  for (const queue of queues) queue.discard();
  const ends = await Promise.all([decoder, ...encoders].map((process) => process.ended));
  return { ends, samples: await meter };
}

function startEncoder(job: TranscodeJob, plan: SegmentPlan, signal: AbortSignal): FfmpegProcess {
  const otherTurns = (job.workers - 1) / job.workers;
  const queueSamples = plan.segmentUnits * plan.unitSamples * otherTurns;
  return startFfmpeg(
    job.ffmpegPath,
    [
      ...["-v", "error", "-f", "f32le", "-ar", `${job.sampleRate}`],
      ...["-ch_layout", job.channels === 1 ? "mono" : "stereo"],
      ...["-thread_queue_size", `${Math.ceil(queueSamples / PCM_PACKET_SAMPLES) + 8}`],
      ...["-i", "pipe:0", "-c:a", "libmp3lame", ...job.preset.args, ...MP3_OUTPUT],
    ],
    ["pipe", "pipe", "pipe"],
    signal,
  );
}

/** Adds up the packet durations of ffmpeg's framecrc output. */
async function countSamples(lines: Readable): Promise<number> {
  let samples = 0;
  let rest = "";
  for await (const text of lines.setEncoding("latin1")) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      if (!line.startsWith("#")) samples += Number(line.split(",")[3]);
    }
  }
  return samples;
}
