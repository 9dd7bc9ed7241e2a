import type { Readable } from "node:stream";
import { INPUT_LIMITS } from "./demuxers.ts";
import { type ProcessEnd, startFfmpeg } from "./ffmpeg-process.ts";
import { FrameSplitter } from "./mp3-frame.ts";
import type { Preset } from "./presets.ts";

export interface TranscodeJob {
  ffmpegPath: string;
  url: string;
  streamIndex: number;
  preset: Preset;
  sampleRate: number;
  channels: 1 | 2;
  startSeconds: number;
  endSeconds: number | undefined;
}

export interface TranscodeResult {
  ends: ProcessEnd[];
  /** Samples that the decoder gave after trimming, per channel. */
  samples: number;
}

/** The filters between decoder and encoder: trim to the sample, then mix and resample for MP3. */
export function buildFilters(job: TranscodeJob): string[] {
  const filters: string[] = [];
  if (job.startSeconds > 0 || job.endSeconds !== undefined) {
    const end = job.endSeconds === undefined ? "" : `:end=${job.endSeconds.toFixed(9)}`;
    filters.push(`atrim=start=${job.startSeconds.toFixed(9)}${end}`);
  }
  // The matrix is scaled so that a full-scale source can't clip when channels are added up.
  filters.push(`aresample=${job.sampleRate}:rematrix_maxval=1`);
  filters.push(
    `aformat=sample_rates=${job.sampleRate}:channel_layouts=${job.channels === 1 ? "mono" : "stereo"}`,
  );
  filters.push("asetpts=N");
  return filters;
}

/** Decodes and encodes in one process. `onFrame` gets each MP3 frame in order. */
export async function transcodeSerially(
  job: TranscodeJob,
  onFrames: (frame: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<TranscodeResult> {
  const graph = [
    `[0:${job.streamIndex}]${buildFilters(job).join(",")},asplit=2[out][rest]`,
    // One line for each 65,536 samples tells how far the decoder is, to the sample at the end.
    "[rest]asetnsamples=n=65536:p=0[meter]",
  ].join(";");
  const process = startFfmpeg(
    job.ffmpegPath,
    [
      "-v",
      "error",
      ...INPUT_LIMITS,
      "-i",
      job.url,
      "-filter_complex",
      graph,
      ...["-map", "[out]", "-c:a", "libmp3lame", ...job.preset.args],
      ...["-map_metadata", "-1", "-map_chapters", "-1", "-id3v2_version", "0"],
      ...["-write_xing", "0", "-f", "mp3", "pipe:1"],
      ...["-map", "[meter]", "-c:a", "pcm_u8", "-f", "framecrc", "pipe:3"],
    ],
    ["ignore", "pipe", "pipe", "pipe"],
    signal,
  );
  const meter = countSamples(process.child.stdio[3] as Readable);
  const splitter = new FrameSplitter();
  for await (const chunk of process.child.stdout as Readable) {
    const frames: Uint8Array[] = [];
    splitter.push(chunk as Uint8Array, (frame) => frames.push(frame));
    for (const frame of frames) await onFrames(frame);
  }
  const end = await process.ended;
  return { ends: [end], samples: await meter };
}

/** Adds up the packet durations of ffmpeg's framecrc output. */
export async function countSamples(lines: Readable): Promise<number> {
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
