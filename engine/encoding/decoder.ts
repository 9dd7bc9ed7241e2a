import type { ChildProcess, StdioOptions } from "node:child_process";
import { toArguments } from "../ffmpeg/arguments.ts";
import { inputArguments } from "../ffmpeg/demuxers.ts";
import { type ProcessEnd, startFfmpeg } from "../ffmpeg/process.ts";
import { chainFilters } from "./filters.ts";
import type { TranscodeJob } from "./transcode-job.ts";

/** Writes raw samples as 32-bit floating-point numbers. */
export const PCM_OUTPUT = { "c:a": "pcm_f32le", f: "f32le" } as const;

interface Decoding {
  /** Returns ffmpeg's filter graph, given the filters between the audio track and the encoder. */
  graph: (filters: string) => string;
  outputs: readonly string[];
  /** Whether the graph has an output "gaps" (`gapFilters`). */
  measuresGaps?: boolean;
  /** "info" includes the results of measuring filters. */
  logLevel?: "error" | "info";
  stdio: readonly (number | "ignore" | "pipe" | ChildProcess["stdin"])[];
}

/**
 * Starts the process that decodes and filters the audio.
 *
 * If the decoder's rate, channels or sample format change, ffmpeg rebuilds its filters, which lose the
 * audio in them and their counts. So a separate process decodes such audio, with filters that keep
 * nothing. Its output has one rate and two channels, and the counting filters read that.
 */
export function startDecoder(
  job: TranscodeJob,
  { graph, outputs, measuresGaps = false, logLevel = "error", stdio }: Decoding,
  signal: AbortSignal,
): { child: ChildProcess; ended: Promise<ProcessEnd[]> } {
  const { streamIndex, rightIndex, links } = job.input;
  const { uniform, counted } = chainFilters(job, { measuresGaps });
  const track =
    rightIndex === undefined
      ? `[0:${streamIndex}]`
      : `[0:${streamIndex}][0:${rightIndex}]join=inputs=2:channel_layout=stereo[pair];[pair]`;
  const media = inputArguments(job.input);
  const start = (log: string, input: readonly string[], filters: string, ends: readonly string[]) =>
    ["-nostats", "-v", log, ...input, "-filter_complex", filters, ...ends] as const;
  if (uniform === undefined) {
    const args = start(logLevel, media, graph(`${track}${counted}`), outputs);
    const { child, ended } = startFfmpeg(job.ffmpegPath, args, [...stdio] as StdioOptions, signal);
    return { child, ended: ended.then((end) => [end]) };
  }
  const pcm = toArguments({ f: "f32le", ar: job.sourceRate, ch_layout: "stereo", i: "pipe:0" });
  const { child, ended } = startFfmpeg(
    job.ffmpegPath,
    start(logLevel, pcm, graph(`[0:0]${counted}`), outputs),
    ["pipe", ...stdio.slice(1)] as StdioOptions,
    signal,
  );
  const decodeTo = (input: readonly string[], from: string) => {
    const output = [...toArguments({ map: "[out]", ...PCM_OUTPUT }), "pipe:1"];
    const args = start("error", input, `${from}${uniform}[out]`, output);
    const pipes = ["ignore", child.stdin, "pipe"] as StdioOptions;
    return startFfmpeg(job.ffmpegPath, args, pipes, signal).ended;
  };
  const decodeAll = async () => {
    const ends: ProcessEnd[] = [];
    try {
      if (!links) ends.push(await decodeTo(media, track));
      for (const url of links ?? []) {
        if (child.exitCode !== null || signal.aborted) break;
        ends.push(await decodeTo(inputArguments({ ...job.input, url }), "[0:a:0]"));
      }
    } finally {
      // The first process has its own copy of the pipe. With this one open, the second would never see the end.
      child.stdin?.destroy();
    }
    return ends;
  };
  return {
    child,
    ended: Promise.all([decodeAll(), ended]).then(([ends, end]) => [...ends, end]),
  };
}

/** Decodes the audio once before it is encoded, through a filter that logs its measurements. */
export async function measure(
  job: TranscodeJob,
  filter: string,
  signal: AbortSignal,
): Promise<{ ends: ProcessEnd[]; messages: string }> {
  const decoder = startDecoder(
    job,
    {
      graph: (filters) => `${filters},${filter}[out]`,
      outputs: [...toArguments({ map: "[out]", f: "null" }), "-"],
      logLevel: "info",
      stdio: ["ignore", "ignore", "pipe"],
    },
    signal,
  );
  const ends = await decoder.ended;
  return { ends, messages: ends.at(-1)?.messages ?? "" };
}
