import { availableParallelism } from "node:os";
import type { FailureCode } from "../../core/conversion.ts";
import { AudioOnlySource } from "./audio-only-source.ts";
import { readCover } from "./cover.ts";
import { estimateSeconds, learnSpeed } from "./deadline.ts";
import { findMissingEnd } from "./declared-end.ts";
import type { ProcessEnd } from "./ffmpeg-process.ts";
import { JoinMismatch } from "./frame-joiner.ts";
import { buildId3 } from "./id3.ts";
import { type LoopbackServer, startLoopbackServer } from "./loopback-server.ts";
import { Mp3Writer } from "./mp3-writer.ts";
import { type Movie, readMovie } from "./mp4/movie.ts";
import { chooseSampleRate, PRESETS } from "./presets.ts";
import { type AudioStream, type Chapter, type Probe, probeMedia } from "./probe.ts";
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
  const missingEnd =
    movie.kind === "not-mp4" ? await findMissingEnd(reader, hooks.signal) : undefined;
  const plan = movie.kind === "indexed" ? planReads(movie.extents) : undefined;
  await using server = await startLoopbackServer(
    plan && movie.kind === "indexed"
      ? new AudioOnlySource(reader, movie.header, movie.extents, plan)
      : reader,
  );
  const { probe, stream } = await readProbe(server, options, hooks.signal);
  if (missingEnd) throw new Failure("truncated", missingEnd);
  const selection = select(movie, probe, stream, options);
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
    workers: 1,
    segmentSeconds: options.segmentSeconds ?? SEGMENT_SECONDS,
  };
  job.workers = countWorkers(job, options, selection.seconds);
  const bytes = plan?.bytes ?? reader.sizeBytes;
  const estimate = estimateSeconds(selection.seconds ?? 0, job.workers, bytes);
  if (estimate > options.remainingSeconds) {
    throw new Failure("too-long", `needs about ${Math.ceil(estimate)} s`);
  }
  const encodingSince = performance.now();
  const { ends, samples } = await transcodeChecked(job, writer, hooks.signal);
  hooks.signal.throwIfAborted();
  if (server.failure) throw server.failure;
  for (const end of ends) checkEnd(end, stream);
  if (ends.some(({ messages }) => /ended prematurely/i.test(messages))) {
    throw new Failure("truncated", "the container ends prematurely");
  }
  const durationSeconds = samples / sampleRate;
  if (samples === 0) {
    if (selection.startSeconds > 0) throw new Failure("empty-selection", "no sample is left");
    throw new Failure("truncated", "the track has no sample");
  }
  const missingSeconds = (selection.seconds ?? 0) - durationSeconds;
  if (missingSeconds > selection.toleranceSeconds) {
    throw new Failure("truncated", `${missingSeconds.toFixed(3)} s of the sound are missing`);
  }
  learnSpeed(durationSeconds, job.workers, (performance.now() - encodingSince) / 1000);
  // Ogg has its tags in the stream.
  const tags = probe.container === "ogg" ? { ...probe.tags, ...stream.tags } : probe.tags;
  const cover =
    probe.coverIndex === undefined
      ? undefined
      : await readCover(options.ffmpegPath, server.url, probe.coverIndex, hooks.signal);
  const title = tags.title?.trim() || options.fallbackTitle;
  const id3 = buildId3({
    title,
    artist: tags.artist,
    album: tags.album,
    date: tags.date ?? tags.year,
    cover,
    chapters: cutChapters(probe.chapters, options.startSeconds ?? 0, durationSeconds),
  });
  return {
    sizeBytes: await writer.finish(id3, samples, preset.vbrScale),
    durationSeconds,
    title,
    plan: plan?.kind ?? "sequential",
  };
}

/** One encoder is enough for less than two segments' worth of overlap. */
const SHORTEST_PARALLEL_SECONDS = 20;

function countWorkers(job: TranscodeJob, options: EngineOptions, seconds: number | undefined) {
  if (!job.preset.isParallel || (seconds ?? 0) < SHORTEST_PARALLEL_SECONDS) return 1;
  return options.workers ?? availableParallelism();
}

/** The chapters of the selection, on the MP3's time line. */
function cutChapters(chapters: readonly Chapter[], startSeconds: number, lengthSeconds: number) {
  return chapters.flatMap(({ title, ...times }) => {
    const start = Math.max(0, times.startSeconds - startSeconds);
    const end = Math.min(lengthSeconds, times.endSeconds - startSeconds);
    return end > start ? [{ title, startSeconds: start, endSeconds: end }] : [];
  });
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

/**
 * By how much the decoded sound may be shorter than its track: an encoder's last frame, and clocks
 * that recorders round. What is cut off by a broken transfer is longer.
 */
const TOLERANCE_SECONDS = 0.25;

function select(
  movie: Movie,
  probe: Probe,
  stream: AudioStream,
  options: EngineOptions,
): Selection {
  const track = movie.kind === "indexed" ? movie.track : undefined;
  const delaySeconds = track?.delaySeconds ?? 0;
  const startSeconds = Math.max(0, (options.startSeconds ?? 0) - delaySeconds);
  const endSeconds =
    options.endSeconds === undefined ? undefined : options.endSeconds - delaySeconds;
  const trackSeconds = track ? track.durationSeconds : stream.durationSeconds;
  // A film's duration is its longest track's, which says nothing of the sound's end.
  const lengthSeconds = trackSeconds ?? probe.durationSeconds;
  if ((lengthSeconds !== undefined && startSeconds >= lengthSeconds) || (endSeconds ?? 1) <= 0) {
    throw new Failure("empty-selection", "nothing of the sound is selected");
  }
  return {
    startSeconds,
    endSeconds,
    trackSeconds: track?.isExact ? track.durationSeconds : undefined,
    seconds:
      lengthSeconds === undefined
        ? undefined
        : Math.min(endSeconds ?? lengthSeconds, lengthSeconds) - startSeconds,
    toleranceSeconds: trackSeconds === undefined && probe.hasVideo ? Infinity : TOLERANCE_SECONDS,
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
