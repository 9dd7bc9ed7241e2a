import { type Times, TOLERANCE_SECONDS } from "./containers/container.ts";
import { Failure } from "./failure.ts";
import type { Chapter } from "./ffmpeg/probe.ts";
import type { EngineOptions } from "./types.ts";

/** What is converted, and how long the result should be. */
export interface Selection {
  /** Seconds of the track's own time line. */
  startSeconds: number;
  endSeconds: number | undefined;
  /** Decoded audio before the start of the time line, which is cut off. */
  primingSeconds: number;
  /** The whole track's length, to the sample, if its index gives it. */
  trackSeconds: number | undefined;
  /** What the MP3 should last, and by how much it may be shorter. */
  seconds: number | undefined;
  toleranceSeconds: number;
  /** Whether it is a span between times, in which there may be gaps. */
  isSpan: boolean;
  /** What the MP3 should last by the video's length, where its container is sure of it. */
  statedSeconds: number | undefined;
}

/** Later than any recording lasts, and a number that ffmpeg reads as a time. */
const LATEST_SECONDS = 1e9;

/** Maps the wanted part to the track. Throws the failure `empty-selection`. */
export function selectAudio(times: Times, options: EngineOptions): Selection {
  const { delaySeconds, lengthSeconds, isLengthSure } = times;
  const startSeconds = Math.min(
    LATEST_SECONDS,
    Math.max(0, (options.startSeconds ?? 0) - delaySeconds),
  );
  const askedEnd = (options.endSeconds ?? Infinity) - delaySeconds;
  // An end at or after the recording's own is none.
  const isBeyond = askedEnd >= (isLengthSure ? (lengthSeconds ?? Infinity) : LATEST_SECONDS);
  const endSeconds = isBeyond ? undefined : askedEnd;
  const isAfterEnd =
    isLengthSure && startSeconds > 0 && startSeconds >= (lengthSeconds ?? Infinity);
  if (isAfterEnd || (endSeconds ?? 1) <= 0) {
    throw new Failure("empty-selection", "nothing of the audio is selected");
  }
  const asked = Math.min(endSeconds ?? Infinity, lengthSeconds ?? Infinity) - startSeconds;
  const seconds = Number.isFinite(asked) && asked > 0 ? asked : undefined;
  return {
    startSeconds,
    endSeconds,
    primingSeconds: times.primingSeconds,
    trackSeconds: times.trackSeconds,
    seconds,
    statedSeconds: isLengthSure ? seconds : undefined,
    isSpan: times.isLengthSpan,
    toleranceSeconds: times.isLengthOfTrack ? TOLERANCE_SECONDS : Infinity,
  };
}

/** The chapters of the selection, on the MP3's time line. */
export function cutChapters(
  chapters: readonly Chapter[],
  beginsAtSeconds: number,
  startSeconds: number,
  lengthSeconds: number,
) {
  // ffmpeg moves them with the priming, which isn't there any more.
  const from = startSeconds + Math.max(0, -beginsAtSeconds);
  return chapters.flatMap(({ title, ...times }) => {
    const start = Math.max(0, times.startSeconds - from);
    const end = Math.min(lengthSeconds, times.endSeconds - from);
    return end > start ? [{ title, startSeconds: start, endSeconds: end }] : [];
  });
}
