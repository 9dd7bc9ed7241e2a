import type { MissingEnd } from "../containers/container.ts";
import { chooseDownMix } from "../encoding/down-mix.ts";
import { type EncodedAudio, encodeSelection } from "../encoding/encode.ts";
import { PRESETS } from "../encoding/presets.ts";
import { NO_SILENCE } from "../encoding/silence.ts";
import { copyMp3 } from "../encoding/stream-copy.ts";
import { Failure } from "../failure.ts";
import { checkEnds } from "../ffmpeg/check-exits.ts";
import type { AudioStream } from "../ffmpeg/probe.ts";
import type { Mp3Writer } from "../mp3/writer.ts";
import type { EngineNote, EngineOptions } from "../types.ts";
import { throwIfTruncated } from "./missing-audio.ts";
import type { OpenAudio } from "./opened-audio.ts";

/** An MP3 whose frames are written, and whose head is still missing. */
interface WrittenAudio extends EncodedAudio {
  isCopy: boolean;
  /** The errors that were found in addition to ffmpeg's. */
  readErrors?: number;
  /** The missing end, if one was found while writing. */
  missingEnd?: MissingEnd | undefined;
  finish: (id3: Buffer) => Promise<number>;
}

/** Copies or encodes the track, and returns how to finish the MP3. */
export async function writeAudio(
  audio: OpenAudio,
  sampleRate: number,
  writer: Mp3Writer,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<WrittenAudio & { notes: EngineNote[] }> {
  const copied = canCopy(audio.stream, options)
    ? await copy(audio, writer, options, signal)
    : undefined;
  const written = copied ?? (await encode(audio, sampleRate, writer, options, signal));
  return { ...written, notes: listNotes(audio, written) };
}

function listNotes(
  { container, stream, decoded, isReadByName }: OpenAudio,
  { isCopy, peakGainDb }: WrittenAudio,
): EngineNote[] {
  const mixed = isCopy ? undefined : chooseDownMix(stream.layout).note;
  const found: (EngineNote | undefined)[] = [
    container.note,
    isReadByName ? { code: "read-by-name", detail: `as ${stream.codec}` } : undefined,
    decoded.input.rightIndex === undefined
      ? undefined
      : { code: "stereo-pair", detail: `with track ${decoded.input.rightIndex}` },
    mixed === undefined ? undefined : { code: "down-mixed", detail: mixed },
    peakGainDb < 0 ? { code: "turned-down", detail: `${peakGainDb.toFixed(1)} dB` } : undefined,
  ];
  return found.filter((note) => note !== undefined);
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
  const { ends, damaged, readErrors, gapSeconds } = frames;
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
    allSamples -
    (gapless ? Math.max(0, gapless.delaySamples) + Math.max(0, gapless.paddingSamples) : 0);
  if (samples <= 0) throw new Failure("damaged", "the gapless data leave no sample");
  return {
    isCopy: true,
    samples,
    sampleRate: stream.sampleRate,
    peakGainDb: 0,
    silence: NO_SILENCE,
    gapSeconds,
    readErrors,
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
