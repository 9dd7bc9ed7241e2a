import { encodeSelection } from "./encoding/encode.ts";
import { chooseSampleRate, PRESETS } from "./encoding/presets.ts";
import { NO_SILENCE, type Silence } from "./encoding/silence.ts";
import { copyMp3 } from "./encoding/stream-copy.ts";
import { Failure, OutsideFault, toFailure } from "./failure.ts";
import { checkEnds } from "./ffmpeg/check-exits.ts";
import type { AudioStream } from "./ffmpeg/probe.ts";
import type { ProcessEnd } from "./ffmpeg/process.ts";
import { countReadErrors, judgeLength } from "./missing-audio.ts";
import { makeTag } from "./mp3/make-tag.ts";
import { Mp3Writer } from "./mp3/writer.ts";
import { type OpenAudio, openAudio } from "./open-audio.ts";
import { RangeReader } from "./reading/range-reader.ts";
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
    abort: () => sink.abort().catch(mark),
  };
};

async function convert(
  reader: RangeReader,
  sink: Mp3Sink,
  options: EngineOptions,
  { signal, onProgress }: EngineHooks,
  stopwatch: Stopwatch,
) {
  await using audio = await openAudio(reader, options, stopwatch, signal);
  const sampleRate = chooseSampleRate(audio.stream.sampleRate);
  const writer = new Mp3Writer(sink, reader.sizeBytes, stopwatch, (frames) => {
    const audioSeconds = (frames * (writer.xing.frameHeader?.samples ?? 0)) / sampleRate;
    const fraction = audio.selection.seconds
      ? Math.min(1, audioSeconds / audio.selection.seconds)
      : 0;
    onProgress?.({ audioSeconds, fraction });
  });
  const copied = canCopy(audio.stream, options)
    ? await copy(audio, writer, options, signal)
    : undefined;
  const mp3 = copied ?? (await encode(audio, sampleRate, writer, options, signal));
  const durationSeconds = mp3.samples / mp3.sampleRate;
  const { silence } = mp3;
  const selectedSeconds = silence.startSeconds + durationSeconds + silence.endSeconds;
  const { missingSeconds, incomplete } = judgeLength(audio, selectedSeconds, mp3.ends, options);
  const startSeconds = (options.startSeconds ?? 0) + silence.startSeconds;
  const { title, id3 } = await makeTag(
    audio,
    durationSeconds,
    { ...options, startSeconds },
    signal,
  );
  const plan = audio.container.plan.kind;
  return {
    sizeBytes: await mp3.finish(id3),
    durationSeconds,
    title,
    ...(incomplete && { incomplete }),
    figures: {
      plan: copied ? `stream-copy, ${plan}` : plan,
      readErrors: countReadErrors(mp3.ends),
      missingSeconds,
      heldDb: mp3.heldDb,
    },
  };
}

/** The frames of an MP3 that is written but for its head. */
interface WrittenAudio {
  /** Samples a channel that the MP3 presents. */
  samples: number;
  sampleRate: number;
  heldDb: number;
  silence: Silence;
  ends: readonly ProcessEnd[];
  finish: (id3: Buffer) => Promise<number>;
}

/** Whether the track is an MP3 that the preset and the options leave as it is. */
const canCopy = (stream: AudioStream, options: EngineOptions): boolean =>
  /^mp3/.test(stream.codec) &&
  options.loudness === undefined &&
  options.startSeconds === undefined &&
  options.endSeconds === undefined &&
  !options.trimSilence &&
  (stream.bitrateKbps ?? 0) <= PRESETS[options.quality].copyUpToKbps;

/** Returns undefined, and a writer that holds nothing, where the frames are of more than one format. */
async function copy(
  { container, decoded, probe, stream }: OpenAudio,
  writer: Mp3Writer,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<WrittenAudio | undefined> {
  const { streamIndex, format } = decoded;
  const input = { url: decoded.server.url, streamIndex, format };
  const frames = await copyMp3(options.ffmpegPath, input, (some) => writer.write(some), signal);
  if (frames === "format-changes") {
    await writer.restart();
    return undefined;
  }
  const { ends, damaged } = frames;
  checkEnds(ends, decoded.server, stream.codec, signal);
  if (damaged) throw new Failure("truncated", "bytes between the MP3 frames belong to none");
  const header = writer.xing.frameHeader;
  if (!header) throw new Failure("truncated", "the track has no frame");
  const allSamples = writer.xing.frames * header.samples;
  const copied = { probe, sampleRate: stream.sampleRate, samples: allSamples };
  const gapless = await container.readGapless(copied, signal);
  const samples =
    allSamples - (gapless ? gapless.delaySamples + Math.max(0, gapless.paddingSamples) : 0);
  if (samples <= 0) throw new Failure("damaged", "the gapless data leave no sample");
  return {
    ...{ samples, sampleRate: stream.sampleRate, heldDb: 0, silence: NO_SILENCE, ends },
    finish: (id3) => writer.finish(id3, gapless, undefined),
  };
}

async function encode(
  { container, stream, selection, decoded }: OpenAudio,
  sampleRate: number,
  writer: Mp3Writer,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<WrittenAudio> {
  const bytesToRead = container.plan.bytes;
  const audio = { stream, selection, sampleRate, bytesToRead, ...decoded };
  const encoded = await encodeSelection(audio, writer, options, signal);
  const { vbrScale } = PRESETS[options.quality];
  return { ...encoded, finish: (id3) => writer.finishEncoded(id3, encoded.samples, vbrScale) };
}
