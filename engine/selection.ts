import type { MatroskaTrack } from "./containers/matroska/track.ts";
import type { Movie } from "./containers/mp4/movie.ts";
import { Failure } from "./failure.ts";
import type { AudioStream, Chapter, Probe } from "./ffmpeg/probe.ts";
import type { EngineOptions } from "./types.ts";

/** What is converted, and how long the result should be. */
export interface Selection {
  /** Seconds of the track's own time line. */
  startSeconds: number;
  endSeconds: number | undefined;
  /** Decoded sound before the time line's start, which is cut off. */
  primingSeconds: number;
  /** The whole track's length, to the sample, where its index tells it. */
  trackSeconds: number | undefined;
  /** What the MP3 should last, and by how much it may be shorter. */
  seconds: number | undefined;
  toleranceSeconds: number;
  /** The same of the film, where its container is sure of it. */
  statedSeconds: number | undefined;
}

/**
 * By how much the decoded sound may be shorter than its track: an encoder's last frame, and clocks
 * that recorders round. What is cut off by a broken transfer is longer.
 */
export const TOLERANCE_SECONDS = 0.25;

/** Later than any recording lasts, and a number that ffmpeg reads as a time. */
const LATEST_SECONDS = 1e9;

/** Maps the wanted part to the track. Throws the failure `empty-selection`. */
export function selectAudio(
  movie: Movie,
  matroska: MatroskaTrack | undefined,
  probe: Probe,
  stream: AudioStream,
  options: EngineOptions,
): Selection {
  const track = movie.kind === "indexed" || movie.kind === "fragmented" ? movie.track : undefined;
  const delaySeconds = track?.delaySeconds ?? 0;
  const startSeconds = Math.min(
    LATEST_SECONDS,
    Math.max(0, (options.startSeconds ?? 0) - delaySeconds),
  );
  const length = findLength(movie, probe, stream);
  const askedEnd = (options.endSeconds ?? Infinity) - delaySeconds;
  // An end at or behind the recording's own is none.
  const isBeyond = askedEnd >= (length.isSure ? (length.seconds ?? Infinity) : LATEST_SECONDS);
  const endSeconds = isBeyond ? undefined : askedEnd;
  const isBehind = length.isSure && startSeconds >= (length.seconds ?? Infinity);
  if (isBehind || (endSeconds ?? 1) <= 0) {
    throw new Failure("empty-selection", "nothing of the sound is selected");
  }
  const asked = Math.min(endSeconds ?? Infinity, length.seconds ?? Infinity) - startSeconds;
  const seconds = Number.isFinite(asked) && asked > 0 ? asked : undefined;
  return {
    startSeconds,
    endSeconds,
    primingSeconds: track?.isCutHere ? track.primingSeconds : findDelay(matroska, probe),
    trackSeconds:
      movie.kind === "indexed" && movie.track.isExact ? movie.track.durationSeconds : undefined,
    seconds,
    statedSeconds: length.isSure ? seconds : undefined,
    toleranceSeconds: length.isOfTrack ? TOLERANCE_SECONDS : Infinity,
  };
}

/**
 * Matroska's delay, which ffmpeg 5.1 takes off the times and leaves in the sound. A film whose
 * pictures begin first isn't moved, and where its sound begins isn't known here.
 */
function findDelay(matroska: MatroskaTrack | undefined, probe: Probe): number {
  return matroska && probe.beginsAtSeconds < 0 ? matroska.delaySeconds : 0;
}

/**
 * How long the source is. `isSure`: nothing lies behind it. `isOfTrack`: it is the sound's own length
 * and not just the longest track's, so that less sound is missing sound.
 */
function findLength(movie: Movie, probe: Probe, stream: AudioStream) {
  if (movie.kind === "indexed" && movie.track.durationSeconds !== undefined) {
    return { seconds: movie.track.durationSeconds, isSure: true, isOfTrack: true };
  }
  // ffmpeg may find more in fragments, but not less.
  if (movie.kind === "unindexed" && movie.track?.durationSeconds !== undefined) {
    const { durationSeconds, isExact } = movie.track;
    return { seconds: durationSeconds, isSure: false, isOfTrack: isExact };
  }
  // What ffmpeg says of a fragmented file is what it has seen so far.
  if (movie.kind === "fragmented") {
    return { seconds: movie.statedSeconds, isSure: false, isOfTrack: false };
  }
  // Matroska's tag is where the track ends, from the film's start: sound that begins late is shorter.
  if (stream.durationSeconds !== undefined) {
    return { seconds: stream.durationSeconds, isSure: true, isOfTrack: !probe.hasVideo };
  }
  const isSure = !probe.isDurationEstimated;
  return { seconds: probe.durationSeconds, isSure, isOfTrack: isSure && !probe.hasVideo };
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
