import { type ContainerHeader, readContainerHeader } from "./containers/container-header.ts";
import { AdtsSource } from "./containers/mp4/adts.ts";
import { type Movie, readMovie } from "./containers/mp4/movie.ts";
import { encodeSelection } from "./encoding/encode.ts";
import { chooseSampleRate, PRESETS } from "./encoding/presets.ts";
import { copyMp3, findGapless } from "./encoding/stream-copy.ts";
import { Failure, OutsideFault, toFailure } from "./failure.ts";
import { checkEnds, throwIfEndedBySignal } from "./ffmpeg/check-exits.ts";
import { type LoopbackServer, startLoopbackServer } from "./ffmpeg/loopback-server.ts";
import { type AudioStream, type Probe, probeMedia } from "./ffmpeg/probe.ts";
import type { ProcessEnd } from "./ffmpeg/process.ts";
import { checkDamage, countReadErrors, findMissingSeconds } from "./missing-audio.ts";
import { makeTag } from "./mp3/make-tag.ts";
import { Mp3Writer } from "./mp3/writer.ts";
import { AudioOnlySource } from "./reading/audio-only-source.ts";
import { FragmentedSource } from "./reading/fragmented-source.ts";
import { RangeReader } from "./reading/range-reader.ts";
import { planReads } from "./reading/read-plan.ts";
import { type Selection, selectAudio, TOLERANCE_SECONDS } from "./selection.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { ConvertMedia, EngineHooks, EngineOptions, Mp3Sink, Outcome } from "./types.ts";

/**
 * Converts the audio of a video to MP3. Resolves with a named outcome. Throws only where a later try may
 * succeed (the source can't be read, the sink refuses, ffmpeg is missing or was killed, an abort):
 * `failure.ts` decides. The sink is aborted unless the outcome is `converted`.
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
      guardSink(sink),
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
    // What followed from a source that can't be read says nothing about the file.
    outcome = { kind: "failed", ...toFailure(reader.failure ?? error) };
  } finally {
    stop.abort();
    if (outcome?.kind !== "converted") await sink.abort();
  }
  return outcome;
};

/** Marks what the sink throws as a fault outside the file. */
const guardSink = (sink: Mp3Sink): Mp3Sink => {
  const mark = (error: unknown) => {
    throw new OutsideFault("the MP3 can't be written", { cause: error });
  };
  return {
    write: (frames) => sink.write(frames).catch(mark),
    finish: (head) => sink.finish(head).catch(mark),
    abort: () => sink.abort(),
  };
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
  const indexed = movie.kind === "indexed" ? openIndexed(reader, movie, hooks.signal) : undefined;
  const fragments =
    movie.kind === "fragmented"
      ? new FragmentedSource(reader, movie.header, movie.defaults, movie.endByte)
      : undefined;
  await using server = await startLoopbackServer(indexed?.mp4 ?? fragments ?? reader, stopwatch);
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
  const writer = new Mp3Writer(sink, reader.sizeBytes, stopwatch, (frames) => {
    const audioSeconds = (frames * (writer.xing.frameHeader?.samples ?? 0)) / sampleRate;
    const fraction = selection.seconds ? Math.min(1, audioSeconds / selection.seconds) : 0;
    hooks.onProgress?.({ audioSeconds, fraction });
  });
  const way: Way = {
    ...{ reader, movie, header, server, probe, stream, selection, writer, sampleRate, stopwatch },
    adts: indexed?.adts,
  };
  const made = isCopied
    ? await copy(way, options, hooks.signal)
    : await encode(way, indexed?.plan.bytes ?? reader.sizeBytes, options, hooks.signal);
  const durationSeconds = made.samples / sampleRate;
  if (fragments) checkFragments(fragments, selection, movie, durationSeconds);
  const missingSeconds = (selection.seconds ?? 0) - durationSeconds;
  if (missingSeconds > selection.toleranceSeconds) {
    throw new Failure("truncated", `${missingSeconds.toFixed(3)} s of the sound are missing`);
  }
  const unheardSeconds = findMissingSeconds(selection.statedSeconds, durationSeconds);
  checkDamage(made.ends, unheardSeconds, durationSeconds);
  const { title, id3 } = await makeTag(way, durationSeconds, options, hooks.signal);
  const readingPlan = indexed?.plan.kind ?? (fragments ? "fragments" : "sequential");
  return {
    sizeBytes: await made.finish(id3),
    durationSeconds,
    title,
    figures: {
      plan: isCopied ? `stream-copy, ${readingPlan}` : readingPlan,
      readErrors: countReadErrors(made.ends),
      missingSeconds: unheardSeconds,
      heldDb: made.heldDb,
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

/** The sound of a film with an index: as an MP4 of its own and, if it is plain AAC, without an index. */
function openIndexed(
  reader: RangeReader,
  { extents, header, adts }: Extract<Movie, { kind: "indexed" }>,
  signal: AbortSignal,
) {
  const plan = planReads(extents);
  const mp4 = new AudioOnlySource(reader, header, extents, plan, signal);
  return { plan, mp4, adts: adts && new AdtsSource((ended) => mp4.readSound(ended), adts) };
}

/** What the steps of one conversion share. */
interface Way {
  reader: RangeReader;
  movie: Movie;
  header: ContainerHeader | undefined;
  server: LoopbackServer;
  /** The same sound without an index. */
  adts: AdtsSource | undefined;
  stopwatch: Stopwatch;
  probe: Probe;
  stream: AudioStream;
  selection: Selection;
  writer: Mp3Writer;
  sampleRate: number;
}

interface Made {
  /** Samples a channel that the MP3 presents. */
  samples: number;
  heldDb: number;
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
  checkEnds(ends, server, stream.codec, signal);
  if (damaged) throw new Failure("truncated", "bytes between the MP3 frames belong to none");
  const header = writer.xing.frameHeader;
  if (!header) throw new Failure("truncated", "the track has no frame");
  const allSamples = writer.xing.frames * header.samples;
  const gapless = await findGapless(way, allSamples, signal);
  const samples =
    allSamples - (gapless ? gapless.delaySamples + Math.max(0, gapless.paddingSamples) : 0);
  if (samples <= 0) throw new Failure("damaged", "the gapless data leave no sample");
  return { samples, heldDb: 0, ends, finish: (id3) => writer.finish(id3, gapless, undefined) };
}

async function encode(
  way: Way,
  bytesToRead: number,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<Made> {
  const { writer, server, stream, adts } = way;
  await using packets = adts && (await startLoopbackServer(adts, way.stopwatch));
  const input = packets
    ? { server: packets, streamIndex: 0, format: "aac" }
    : { server, streamIndex: stream.index };
  const made = await encodeSelection({ ...way, ...input, bytesToRead }, writer, options, signal);
  const { vbrScale } = PRESETS[options.quality];
  return { ...made, finish: (id3) => writer.finishEncoded(id3, made.samples, vbrScale) };
}

async function readProbe(server: LoopbackServer, options: EngineOptions, signal: AbortSignal) {
  const result = await probeMedia(options.ffmpegPath, server.url, signal);
  throwIfEndedBySignal([result.end]);
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
