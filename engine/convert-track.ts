import { type FailureCode, MAX_PIECES } from "../contract/conversion.ts";
import type { TrackChoice } from "./containers/track-choice.ts";
import { chooseSampleRate } from "./encoding/presets.ts";
import { Failure, UnusableTrack } from "./failure.ts";
import type { Stopwatch } from "./ffmpeg/stopwatch.ts";
import { Mp3Writer } from "./mp3/writer.ts";
import type { RangeReader } from "./reading/range-reader.ts";
import { makeTag } from "./track/make-tag.ts";
import { findMissingAudio, type MissingAudio } from "./track/missing-audio.ts";
import { openAudio } from "./track/open-audio.ts";
import type { OpenAudio } from "./track/opened-audio.ts";
import { writeAudio } from "./track/write-audio.ts";
import type { EngineHooks, EngineNote, EngineOptions, Mp3Sink } from "./types.ts";

/**
 * Converts one of a source's audio tracks.
 *
 * @throws Failure, or UnusableTrack if another track may do better
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
  const mp3 = await writeAudio(audio, sampleRate, writer, options, signal).catch(
    (error: unknown) => {
      throw nameFailure(error, audio, writer.xing.frames > 0);
    },
  );
  const durationSeconds = mp3.samples / mp3.sampleRate;
  const { silence } = mp3;
  const selectedSeconds = silence.startSeconds + durationSeconds + silence.endSeconds;
  const missing = findMissingAudio(audio, selectedSeconds, mp3, options);
  const startSeconds = (options.startSeconds ?? 0) + silence.startSeconds;
  const tag = await makeTag(audio, durationSeconds, { ...options, startSeconds }, signal);
  const plan = audio.container.plan.kind;
  return {
    sizeBytes: await mp3.finish(tag.id3),
    durationSeconds,
    title: tag.title,
    ...(missing.incomplete && { incomplete: missing.incomplete }),
    notes: [...mp3.notes, ...noteUnreadParts(missing), ...(tag.note ? [tag.note] : [])],
    ...(tag.chapters.length > 0 && { chapters: placeChapters(tag.chapters, startSeconds) }),
    figures: {
      plan: mp3.isCopy ? `stream-copy, ${plan}` : plan,
      readErrors: missing.readErrors,
      missingSeconds: missing.missingSeconds,
      peakGainDb: mp3.peakGainDb,
    },
  };
}

/** Notes that audio is missing, unless `incomplete` says so with its length. */
const noteUnreadParts = ({ readErrors, incomplete }: MissingAudio): EngineNote[] =>
  readErrors > 0 && !incomplete
    ? [{ code: "unread-parts", detail: `${readErrors} errors while reading` }]
    : [];

/** Returns where an MP3's chapters begin in the source. If there are very many, only the first. */
const placeChapters = (
  chapters: readonly { startSeconds: number; title: string }[],
  selectionStartSeconds: number,
) =>
  chapters.slice(0, MAX_PIECES).map(({ startSeconds, title }) => ({
    startSeconds: selectionStartSeconds + startSeconds,
    title,
  }));

/** Failures of a track that say nothing about the file's other tracks. */
const FAILURES_OF_A_TRACK = new Set<FailureCode>([
  "no-audio-track",
  "not-media",
  "unsupported-codec",
]);

/** Decides whether a failure is the track's or the file's. Once frames are written, it is the file's. */
function nameFailure(error: unknown, { container, trackCount }: OpenAudio, isWritten: boolean) {
  if (!(error instanceof Failure)) return error;
  if (container.protection) return new Failure("encrypted", container.protection);
  const isOfTrack = !isWritten && FAILURES_OF_A_TRACK.has(error.code);
  return isOfTrack ? new UnusableTrack(error, trackCount) : error;
}
