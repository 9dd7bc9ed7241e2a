import { availableParallelism } from "node:os";
import { AudioOnlySource } from "./audio-only-source.ts";
import { type ContainerHeader, readContainerHeader } from "./container-header.ts";
import { checkDamage, countReadErrors, findMissingSeconds } from "./damage.ts";
import { estimateSeconds, learnSpeed } from "./deadline.ts";
import { Failure } from "./failure.ts";
import type { ProcessEnd } from "./ffmpeg-process.ts";
import { FragmentedSource } from "./fragmented-source.ts";
import { type LoopbackServer, startLoopbackServer } from "./loopback-server.ts";
import { chooseGain, measureLoudness } from "./loudness.ts";
import { makeTag } from "./make-tag.ts";
import { Mp3Writer } from "./mp3-writer.ts";
import { type Movie, readMovie } from "./mp4/movie.ts";
import { chooseSampleRate, PRESETS, type Preset } from "./presets.ts";
import { type AudioStream, type Probe, probeMedia } from "./probe.ts";
import { RangeReader } from "./range-reader.ts";
import { planReads } from "./read-plan.ts";
import { type Selection, selectAudio, TOLERANCE_SECONDS } from "./selection.ts";
import { Stopwatch } from "./stopwatch.ts";
import { copyMp3, findGapless } from "./stream-copy.ts";
import { type TranscodeJob, transcode } from "./transcode.ts";
import { transcodeChecked } from "./transcode-checked.ts";
import type { ConvertMedia, EngineHooks, EngineOptions, Mp3Sink, Outcome } from "./types.ts";

/** Longer segments cost memory, shorter ones the CPU of their overlap. docs/engine.md has figures. */
const SEGMENT_SECONDS = 30;

/**
 * Converts the audio of a video to MP3. Resolves with a named outcome; throws where a later try may
 * succeed (the source can't be read, the sink refuses, ffmpeg is missing or was killed, an abort).
 * The sink is aborted unless the outcome is `converted`.
 */
export const convertMedia: ConvertMedia = async (source, sink, options, hooks) => {
  const stopwatch = new Stopwatch();
  const stop = new AbortController();
  const signal = AbortSignal.any([hooks.signal, stop.signal]);
  const reader = new RangeReader(source, signal);
  let outcome: Outcome | undefined;
  try {
    signal.throwIfAborted();
    const { figures, ...result } = await convert(
      reader,
      sink,
      options,
      { ...hooks, signal },
      stopwatch,
    );
    outcome = {
      kind: "converted",
      ...result,
      figures: { ...reader.counter, ...stopwatch.readSeconds(), ...figures },
    };
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
  stopwatch: Stopwatch,
) {
  if (reader.sizeBytes === 0) throw new Failure("not-media", "the object is empty");
  const movie = await readMovie(reader, hooks.signal);
  if (movie.kind === "failed") throw new Failure(movie.code, movie.detail);
  const header =
    movie.kind === "not-mp4" ? await readContainerHeader(reader, hooks.signal) : undefined;
  const plan = movie.kind === "indexed" ? planReads(movie.extents) : undefined;
  const fragments =
    movie.kind === "fragmented"
      ? new FragmentedSource(reader, movie.header, movie.defaults, movie.endByte)
      : undefined;
  await using server = await startLoopbackServer(
    plan && movie.kind === "indexed"
      ? new AudioOnlySource(reader, movie.header, movie.extents, plan, hooks.signal)
      : (fragments ?? reader),
    stopwatch,
  );
  const { probe, stream } = await readProbe(server, options, hooks.signal);
  if (header?.missingEnd) throw new Failure("truncated", header.missingEnd);
  const selection = selectAudio(movie, header?.matroska, probe, stream, options);
  const preset = PRESETS[options.quality];
  const isCopied =
    /^mp3/.test(stream.codec) &&
    options.loudness === undefined &&
    options.startSeconds === undefined &&
    options.endSeconds === undefined &&
    (stream.bitrateKbps ?? 0) <= preset.copyUpToKbps;
  const sampleRate = isCopied ? stream.sampleRate : chooseSampleRate(stream.sampleRate);
  const writer = new Mp3Writer(sink, stopwatch, (frames) => {
    const audioSeconds = (frames * (writer.xing.frameHeader?.samples ?? 0)) / sampleRate;
    const fraction = selection.seconds ? Math.min(1, audioSeconds / selection.seconds) : 0;
    hooks.onProgress?.({ audioSeconds, fraction });
  });
  const way: Way = { reader, movie, header, server, probe, stream, selection, writer, sampleRate };
  const made = isCopied
    ? await copy(way, options, hooks.signal)
    : await encode(way, plan?.bytes ?? reader.sizeBytes, options, hooks.signal);
  const durationSeconds = made.samples / sampleRate;
  if (fragments) checkFragments(fragments, selection, movie, durationSeconds);
  const missingSeconds = (selection.seconds ?? 0) - durationSeconds;
  if (missingSeconds > selection.toleranceSeconds) {
    throw new Failure("truncated", `${missingSeconds.toFixed(3)} s of the sound are missing`);
  }
  const unheardSeconds = findMissingSeconds(selection.statedSeconds, durationSeconds);
  checkDamage(made.ends, unheardSeconds, durationSeconds);
  const { title, id3 } = await makeTag(way, durationSeconds, options, hooks.signal);
  const readingPlan = plan?.kind ?? (fragments ? "fragments" : "sequential");
  return {
    sizeBytes: await made.finish(id3),
    durationSeconds,
    title,
    figures: {
      plan: isCopied ? `stream-copy, ${readingPlan}` : readingPlan,
      readErrors: countReadErrors(made.ends),
      missingSeconds: unheardSeconds,
    },
  };
}

/** A fragmented file tells its length only while it is read. */
function checkFragments(
  { found }: FragmentedSource,
  selection: Selection,
  movie: Movie,
  durationSeconds: number,
): void {
  if (movie.kind !== "fragmented" || selection.endSeconds !== undefined) return;
  if (found.missingEnd) throw new Failure("truncated", found.missingEnd);
  const trackSeconds = found.ticks / movie.track.timescale - movie.track.primingSeconds;
  const missingSeconds = trackSeconds - selection.startSeconds - durationSeconds;
  if (missingSeconds > TOLERANCE_SECONDS) {
    throw new Failure("truncated", `${missingSeconds.toFixed(3)} s of the sound are missing`);
  }
}

/** What the steps of one conversion share. */
interface Way {
  reader: RangeReader;
  movie: Movie;
  header: ContainerHeader | undefined;
  server: LoopbackServer;
  probe: Probe;
  stream: AudioStream;
  selection: Selection;
  writer: Mp3Writer;
  sampleRate: number;
}

interface Made {
  /** Samples a channel that the MP3 presents. */
  samples: number;
  ends: readonly ProcessEnd[];
  finish: (id3: Buffer) => Promise<number>;
}

async function copy(way: Way, options: EngineOptions, signal: AbortSignal): Promise<Made> {
  const { server, stream, writer } = way;
  const { ends, damaged } = await copyMp3(
    options.ffmpegPath,
    server.url,
    stream.index,
    (frames) => writer.write(frames),
    signal,
  );
  checkEnds(ends, way, signal);
  if (damaged) throw new Failure("truncated", "bytes between the MP3 frames belong to none");
  const header = writer.xing.frameHeader;
  if (!header) throw new Failure("truncated", "the track has no frame");
  const allSamples = writer.xing.frames * header.samples;
  const gapless = await findGapless(way, allSamples, signal);
  const samples =
    allSamples - (gapless ? gapless.delaySamples + Math.max(0, gapless.paddingSamples) : 0);
  return { samples, ends, finish: (id3) => writer.finish(id3, gapless, undefined) };
}

async function encode(
  way: Way,
  bytesToRead: number,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<Made> {
  const { stream, selection, writer, sampleRate, server } = way;
  const preset = PRESETS[options.quality];
  const workers = countWorkers(preset, options, selection.seconds);
  const estimate = estimateSeconds(selection.seconds ?? 0, workers, bytesToRead);
  if (estimate > options.remainingSeconds) {
    throw new Failure("too-long", `needs about ${Math.ceil(estimate)} s`);
  }
  const since = performance.now();
  const job: TranscodeJob = {
    ffmpegPath: options.ffmpegPath,
    url: server.url,
    streamIndex: stream.index,
    preset,
    sampleRate,
    sourceRate: stream.sampleRate,
    channels: /^(mono|1 channels)$/.test(stream.layout) ? 1 : 2,
    ...toDecodedTimes(selection),
    gainDb: 0,
    workers,
    segmentSeconds: options.segmentSeconds ?? chooseSegmentSeconds(selection.seconds, workers),
  };
  if (options.loudness !== undefined) {
    const { end, loudness } = await measureLoudness(job, signal);
    checkEnds([end], way, signal);
    job.gainDb = loudness ? chooseGain(loudness, options.loudness) : 0;
  }
  const { ends, samples } = await transcodeChecked(transcode, job, writer, signal);
  checkEnds(ends, way, signal);
  if (samples === 0) {
    throw selection.startSeconds > 0
      ? new Failure("empty-selection", "no sample is left")
      : new Failure("truncated", "the track has no sample");
  }
  learnSpeed(samples / sampleRate, workers, bytesToRead, (performance.now() - since) / 1000);
  return {
    samples,
    ends,
    finish: (id3) => writer.finishEncoded(id3, samples, preset.vbrScale),
  };
}

/** A selection on the decoder's time line, which begins with the priming. */
function toDecodedTimes({ primingSeconds, ...selection }: Selection) {
  const shift = (seconds: number | undefined) =>
    seconds === undefined ? undefined : seconds + primingSeconds;
  return {
    trackSeconds: shift(selection.trackSeconds),
    startSeconds: selection.startSeconds + primingSeconds,
    endSeconds: shift(selection.endSeconds),
  };
}

/** One encoder is enough for less than this, whose half would be overlap. */
const SHORTEST_PARALLEL_SECONDS = 20;

function countWorkers(preset: Preset, options: EngineOptions, seconds: number | undefined) {
  if (!preset.isParallel || (seconds ?? Infinity) < SHORTEST_PARALLEL_SECONDS) return 1;
  return options.workers ?? availableParallelism();
}

/** A short recording is cut so that every encoder has work from the start. */
function chooseSegmentSeconds(seconds: number | undefined, workers: number): number {
  return Math.min(SEGMENT_SECONDS, Math.max(10, (seconds ?? Infinity) / workers));
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

/** ffmpeg's exit code where more than two thirds of the packets can't be decoded. */
const TOO_MANY_ERRORS = 69;

/** Throws what the ends of the processes mean; returns if all is well. */
function checkEnds(ends: readonly ProcessEnd[], way: Way, signal: AbortSignal): void {
  signal.throwIfAborted();
  if (way.server.failure) throw way.server.failure;
  for (const end of ends) {
    if (/ended prematurely/i.test(end.messages)) {
      throw new Failure("truncated", "the container ends prematurely");
    }
    if (end.succeeded) continue;
    // Memory ran out or somebody killed it: another try may do better.
    if (end.signal) throw new Error(`ffmpeg was ended by ${end.signal}`);
    if (end.code === TOO_MANY_ERRORS) {
      throw new Failure("truncated", "most of the sound can't be decoded");
    }
    if (/no decoder|Decoder .* not found|not on whitelist/i.test(end.messages)) {
      throw new Failure("unsupported-codec", `no decoder for ${way.stream.codec}`);
    }
    const message = end.messages.trim().split("\n").at(-1) ?? "";
    throw new Failure(
      "not-media",
      `ffmpeg ended with ${end.code}: ${message.replace(/http:\S+/g, "the source").slice(0, 200)}`,
    );
  }
}
