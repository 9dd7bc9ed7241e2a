import { type FailureCode, MAX_PIECES } from "../contract/conversion.ts";
import type { MissingEnd } from "./containers/container.ts";
import type { TrackChoice } from "./containers/track-choice.ts";
import { chooseDownMix } from "./encoding/down-mix.ts";
import { encodeSelection } from "./encoding/encode.ts";
import { chooseSampleRate, PRESETS } from "./encoding/presets.ts";
import { NO_SILENCE, type Silence } from "./encoding/silence.ts";
import { copyMp3 } from "./encoding/stream-copy.ts";
import { Failure, UnusableTrack } from "./failure.ts";
import { checkEnds } from "./ffmpeg/check-exits.ts";
import type { AudioStream } from "./ffmpeg/probe.ts";
import type { ProcessEnd } from "./ffmpeg/process.ts";
import type { Stopwatch } from "./ffmpeg/stopwatch.ts";
import { Mp3Writer } from "./mp3/writer.ts";
import type { RangeReader } from "./reading/range-reader.ts";
import { makeTag } from "./track/make-tag.ts";
import { countReadErrors, judgeLength } from "./track/missing-audio.ts";
import { type OpenAudio, openAudio, throwIfTruncated } from "./track/open-audio.ts";
import type { EngineHooks, EngineNote, EngineOptions, Mp3Sink } from "./types.ts";

/**
 * Converts one of a source's audio tracks. Throws a {@link Failure}, an {@link UnusableTrack} where
 * another track may do better.
 */
export async function convertTrack(
  reader: RangeReader,
  sink: Mp3Sink,
  choice: TrackChoice,
  options: EngineOptions,
  { signal, onProgress }: EngineHooks,
  stopwatch: Stopwatch,
) {
  await using audio = await openAudio(reader, choice, options, stopwatch, signal);
  const sampleRate = chooseSampleRate(audio.stream.sampleRate);
  const writer = new Mp3Writer(sink, reader.sizeBytes, {
    onFrames: () => stopwatch.noteFrames(),
    onWritten: (frames) => {
      const audioSeconds = (frames * (writer.xing.frameHeader?.samples ?? 0)) / sampleRate;
      const { seconds } = audio.selection;
      onProgress?.({ audioSeconds, fraction: seconds ? Math.min(1, audioSeconds / seconds) : 0 });
    },
  });
  const mp3 = await write(audio, sampleRate, writer, options, signal).catch((error: unknown) => {
    throw nameFailure(error, audio, writer.xing.frames > 0);
  });
  const durationSeconds = mp3.samples / mp3.sampleRate;
  const { silence } = mp3;
  const selectedSeconds = silence.startSeconds + durationSeconds + silence.endSeconds;
  const { missingSeconds, incomplete } = judgeLength(audio, selectedSeconds, mp3, options);
  const startSeconds = (options.startSeconds ?? 0) + silence.startSeconds;
  const { title, id3, chapters } = await makeTag(
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
    notes: listNotes(audio, mp3),
    ...(chapters.length > 0 && { chapters: placeChapters(chapters, startSeconds) }),
    figures: {
      plan: mp3.isCopy ? `stream-copy, ${plan}` : plan,
      readErrors: countReadErrors(mp3.ends) + (audio.container.readErrors ?? 0),
      missingSeconds,
      heldDb: mp3.heldDb,
    },
  };
}

/** Says where an MP3's chapters begin in the source; the first ones, if there are very many. */
const placeChapters = (
  chapters: readonly { startSeconds: number; title: string }[],
  selectionStartSeconds: number,
) =>
  chapters.slice(0, MAX_PIECES).map(({ startSeconds, title }) => ({
    startSeconds: selectionStartSeconds + startSeconds,
    title,
  }));

function listNotes(
  { container, stream, decoded }: OpenAudio,
  { isCopy, heldDb }: WrittenAudio,
): EngineNote[] {
  const mixed = isCopy ? undefined : chooseDownMix(stream.layout).note;
  const found: (EngineNote | undefined)[] = [
    container.note,
    decoded.input.rightIndex === undefined
      ? undefined
      : { code: "stereo-pair", detail: `with track ${decoded.input.rightIndex}` },
    mixed === undefined ? undefined : { code: "down-mixed", detail: mixed },
    heldDb < 0 ? { code: "turned-down", detail: `${heldDb.toFixed(1)} dB` } : undefined,
  ];
  return found.filter((note) => note !== undefined);
}

/** The frames of an MP3 that is written but for its head. */
interface WrittenAudio {
  isCopy: boolean;
  /** Samples a channel that the MP3 presents. */
  samples: number;
  sampleRate: number;
  heldDb: number;
  silence: Silence;
  ends: readonly ProcessEnd[];
  /** The missing end, if one was found while writing. */
  missingEnd?: MissingEnd | undefined;
  finish: (id3: Buffer) => Promise<number>;
}

async function write(
  audio: OpenAudio,
  sampleRate: number,
  writer: Mp3Writer,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<WrittenAudio> {
  const copied = canCopy(audio.stream, options)
    ? await copy(audio, writer, options, signal)
    : undefined;
  return copied ?? (await encode(audio, sampleRate, writer, options, signal));
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
  const frames = await copyMp3(
    options.ffmpegPath,
    decoded.input,
    (some) => writer.write(some),
    signal,
  );
  if (frames === "format-changes") {
    await writer.restart();
    return undefined;
  }
  const { ends, damaged } = frames;
  checkEnds(ends, decoded.server, stream.codec, signal);
  const junk = { detail: "bytes between the MP3 frames belong to none", isInterrupted: false };
  const missingEnd = damaged ? junk : undefined;
  throwIfTruncated(missingEnd, options);
  const header = writer.xing.frameHeader;
  if (!header) throw new Failure("no-audio-track", "the track has no frame");
  const allSamples = writer.xing.frames * header.samples;
  const copied = { probe, sampleRate: stream.sampleRate, samples: allSamples };
  const gapless = await container.readGapless(copied, signal);
  const samples =
    allSamples - (gapless ? gapless.delaySamples + Math.max(0, gapless.paddingSamples) : 0);
  if (samples <= 0) throw new Failure("damaged", "the gapless data leave no sample");
  return {
    isCopy: true,
    samples,
    sampleRate: stream.sampleRate,
    heldDb: 0,
    silence: NO_SILENCE,
    ends,
    missingEnd,
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
  return {
    isCopy: false,
    ...encoded,
    finish: (id3) => writer.finishEncoded(id3, encoded.samples, vbrScale),
  };
}

/** Failures of a track and not of the file. */
const FAILURES_OF_A_TRACK = new Set<FailureCode>([
  "no-audio-track",
  "not-media",
  "unsupported-codec",
]);

/** Decides what a failure means for a track of that container, with or without frames written. */
function nameFailure(error: unknown, { container, trackCount }: OpenAudio, isWritten: boolean) {
  if (!(error instanceof Failure)) return error;
  if (container.protection) return new Failure("encrypted", container.protection);
  const isOfTrack = !isWritten && FAILURES_OF_A_TRACK.has(error.code);
  return isOfTrack ? new UnusableTrack(error, trackCount) : error;
}
