import { type Times, TOLERANCE_SECONDS } from "../containers/container.ts";
import type { EncodedSpan } from "../encoding/encode.ts";
import { Failure } from "../failure.ts";
import type { EngineOptions } from "../types.ts";

/** What to convert, and how long the result should be. */
export interface Selection extends EncodedSpan {
  /** How much shorter than `seconds` the MP3 may be. */
  toleranceSeconds: number;
  /** Whether it is a span between times, in which there may be gaps. */
  isSpan: boolean;
  /** The MP3's length if the video's length is right, and its container is reliable. */
  statedSeconds: number | undefined;
}

/** Longer than any recording, and a number that ffmpeg reads as a time. */
const LATEST_SECONDS = 1e9;

const NO_LENGTH = { lengthSeconds: undefined, isLengthSure: false, isLengthOfTrack: false };

/** Even silence takes a few bytes a second in every codec. If there are fewer, the length is damaged. */
const LEAST_BYTES_A_SECOND = 1;

/** Maps the requested part of a file of `sizeBytes` to the track. @throws Failure `empty-selection` */
export function selectAudio(stated: Times, sizeBytes: number, options: EngineOptions): Selection {
  const isPossible = (stated.lengthSeconds ?? 0) <= sizeBytes / LEAST_BYTES_A_SECOND;
  const times = isPossible ? stated : { ...stated, ...NO_LENGTH };
  const { delaySeconds, lengthSeconds, isLengthSure } = times;
  const startSeconds = Math.min(
    LATEST_SECONDS,
    Math.max(0, (options.startSeconds ?? 0) - delaySeconds),
  );
  const askedEnd = (options.endSeconds ?? Infinity) - delaySeconds;
  // An end at or after the recording's own end doesn't count.
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
