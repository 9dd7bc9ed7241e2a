import { availableParallelism } from "node:os";
import type { FailureCode } from "../../core/conversion.ts";
import { AudioOnlySource } from "./audio-only-source.ts";
import type { ProcessEnd } from "./ffmpeg-process.ts";
import { JoinMismatch } from "./frame-joiner.ts";
import { buildId3 } from "./id3.ts";
import { type LoopbackServer, startLoopbackServer } from "./loopback-server.ts";
import { Mp3Writer } from "./mp3-writer.ts";
import { type Movie, readMovie } from "./mp4/movie.ts";
import { chooseSampleRate, PRESETS } from "./presets.ts";
import { type AudioStream, type Probe, probeMedia } from "./probe.ts";
import { RangeReader } from "./range-reader.ts";
import { planReads } from "./read-plan.ts";
import { type TranscodeJob, transcode } from "./transcode.ts";
import type { ConvertMedia, EngineHooks, EngineOptions, Mp3Sink, Outcome } from "./types.ts";

export type {
  ConvertMedia,
  EngineHooks,
  EngineOptions,
  Mp3Sink,
  Outcome,
  SourceReader,
} from "./types.ts";

/** Longer segments cost memory, shorter ones the CPU of their overlap. docs/engine.md has figures. */
const SEGMENT_SECONDS = 30;

/** A permanent failure on its way out. */
class Failure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/**
 * Converts the audio of a video to MP3. Resolves with a named outcome; throws where a later try may
 * succeed (the source can't be read, the sink refuses, ffmpeg is missing or was killed, an abort).
 * The sink is aborted unless the outcome is `converted`.
 */
export const convertMedia: ConvertMedia = async (source, sink, options, hooks) => {
  const startedAt = performance.now();
  const reader = new RangeReader(source);
  const stop = new AbortController();
  const signal = AbortSignal.any([hooks.signal, stop.signal]);
  let outcome: Outcome | undefined;
  try {
    signal.throwIfAborted();
    const { plan, ...result } = await convert(reader, sink, options, { ...hooks, signal });
    const wallSeconds = (performance.now() - startedAt) / 1000;
    outcome = { kind: "converted", ...result, figures: { ...reader.counter, wallSeconds, plan } };
  } catch (error) {
    hooks.signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    outcome = { kind: "failed", code: error.code, detail: error.message };
  } finally {
    stop.abort();
    if (outcome?.kind !== "converted") await sink.abort();
  }
  return outcome;
};

async function convert(
  reader: RangeReader,
  sink: Mp3Sink,
  options: EngineOptions,
  hooks: EngineHooks,
) {
  if (reader.sizeBytes === 0) throw new Failure("not-media", "the object is empty");
  const movie = await readMovie(reader, hooks.signal);
  if (movie.kind === "failed") throw new Failure(movie.code, movie.detail);
  const plan = movie.kind === "indexed" ? planReads(movie.extents) : undefined;
  await using server = await startLoopbackServer(
    plan && movie.kind === "indexed"
      ? new AudioOnlySource(reader, movie.header, movie.extents, plan)
      : reader,
  );
  const { probe, stream } = await readProbe(server, options, hooks.signal);
  const selection = select(movie, probe, options);
  const preset = PRESETS[options.quality];
  const sampleRate = chooseSampleRate(stream.sampleRate);
  const writer = new Mp3Writer(sink, (frames) => {
    const audioSeconds = (frames * (writer.xing.frameHeader?.samples ?? 0)) / sampleRate;
    const fraction = selection.seconds ? Math.min(1, audioSeconds / selection.seconds) : 0;
    hooks.onProgress?.({ audioSeconds, fraction });
  });
  const job: TranscodeJob = {
    ffmpegPath: options.ffmpegPath,
    url: server.url,
    streamIndex: stream.index,
    preset,
    sampleRate,
    sourceRate: stream.sampleRate,
    channels: stream.layout === "mono" || stream.layout === "1 channels" ? 1 : 2,
    trackSeconds: selection.trackSeconds,
    startSeconds: selection.startSeconds,
    endSeconds: selection.endSeconds,
    workers: options.workers ?? availableParallelism(),
    segmentSeconds: options.segmentSeconds ?? SEGMENT_SECONDS,
  };
  const { ends, samples } = await transcodeChecked(job, writer, hooks.signal);
  hooks.signal.throwIfAborted();
  if (server.failure) throw server.failure;
  for (const end of ends) checkEnd(end, stream);
  const durationSeconds = samples / sampleRate;
  if (samples === 0) {
    if (selection.startSeconds > 0) throw new Failure("empty-selection", "no sample is left");
    throw new Failure("truncated", "the track has no sample");
  }
  const missingSeconds = (selection.seconds ?? 0) - durationSeconds;
  if (missingSeconds > selection.toleranceSeconds) {
    throw new Failure("truncated", `${missingSeconds.toFixed(3)} s of the sound are missing`);
  }
  const title = probe.tags.title?.trim() || options.fallbackTitle;
  const id3 = buildId3({
    title,
    artist: probe.tags.artist,
    album: probe.tags.album,
    date: probe.tags.date,
    chapters: [],
  });
  return {
    sizeBytes: await writer.finish(id3, samples, preset.vbrScale),
    durationSeconds,
    title,
    plan: plan?.kind ?? "sequential",
  };
}

/**
 * Encodes in parallel, and where two encoders disagree once more from the start by a single one:
 * the frames that were written until then are right, so the second run only adds the rest.
 */
async function transcodeChecked(job: TranscodeJob, writer: Mp3Writer, signal: AbortSignal) {
  const attempt = new AbortController();
  try {
    return await transcode(
      job,
      (frames) => writer.write(frames),
      AbortSignal.any([signal, attempt.signal]),
    );
  } catch (error) {
    if (!(error instanceof JoinMismatch)) throw error;
    attempt.abort();
    let skip = writer.xing.frames;
    return transcode(
      { ...job, workers: 1 },
      async (frames) => {
        const skipped = Math.min(skip, frames.length);
        skip -= skipped;
        if (skipped < frames.length) await writer.write(frames.slice(skipped));
      },
      signal,
    );
  }
}

async function readProbe(server: LoopbackServer, options: EngineOptions, signal: AbortSignal) {
  const result = await probeMedia(options.ffmpegPath, server.url, signal);
  if (server.failure) throw server.failure;
  if (result.kind === "unreadable") throw new Failure("not-media", "no demuxer reads it");
  // The track that players play: the first that is flagged as default, else the first.
  const { audio } = result.probe;
  const stream = audio.find(({ isDefault }) => isDefault) ?? audio[0];
  if (!stream) throw new Failure("no-audio-track", "no audio stream");
  if (stream.codec === "none" || stream.sampleRate === 0) {
    throw new Failure("unsupported-codec", `audio codec ${stream.codec}`);
  }
  return { probe: result.probe, stream };
}

interface Selection {
  /** Seconds of the track's own time line. */
  startSeconds: number;
  endSeconds: number | undefined;
  /** The whole track's length, to the sample, where its index tells it. */
  trackSeconds: number | undefined;
  /** What the MP3 should last, and by how much it may be shorter. */
  seconds: number | undefined;
  toleranceSeconds: number;
}

/** An index tells to the sample what a track holds; one tick of rounding is allowed. */
const INDEXED_TOLERANCE_SECONDS = 0.001;
/** A container's duration is the longest track's, rounded, and may count a last frame's overlap. */
const CONTAINER_TOLERANCE_SECONDS = 1.5;

function select(movie: Movie, probe: Probe, options: EngineOptions): Selection {
  const track = movie.kind === "indexed" ? movie.track : undefined;
  const delaySeconds = track?.delaySeconds ?? 0;
  const startSeconds = Math.max(0, (options.startSeconds ?? 0) - delaySeconds);
  const endSeconds =
    options.endSeconds === undefined ? undefined : options.endSeconds - delaySeconds;
  const lengthSeconds = track?.durationSeconds ?? probe.durationSeconds;
  if ((lengthSeconds !== undefined && startSeconds >= lengthSeconds) || (endSeconds ?? 1) <= 0) {
    throw new Failure("empty-selection", "nothing of the sound is selected");
  }
  return {
    startSeconds,
    endSeconds,
    trackSeconds: track?.durationSeconds,
    seconds:
      lengthSeconds === undefined
        ? undefined
        : Math.min(endSeconds ?? lengthSeconds, lengthSeconds) - startSeconds,
    toleranceSeconds:
      track?.durationSeconds === undefined
        ? CONTAINER_TOLERANCE_SECONDS
        : INDEXED_TOLERANCE_SECONDS,
  };
}

function checkEnd(end: ProcessEnd, stream: AudioStream): void {
  if (end.succeeded) return;
  // Memory ran out or somebody killed it: another try may do better.
  if (end.signal) throw new Error(`ffmpeg was ended by ${end.signal}`);
  if (/no decoder|Decoder .* not found|not on whitelist/i.test(end.messages)) {
    throw new Failure("unsupported-codec", `no decoder for ${stream.codec}`);
  }
  const message = end.messages.trim().split("\n").at(-1) ?? "";
  throw new Failure(
    "not-media",
    `ffmpeg ended with ${end.code}: ${message.replace(/http:\S+/g, "the source").slice(0, 200)}`,
  );
}
