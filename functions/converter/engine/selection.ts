import { Failure } from "./failure.ts";
import type { Movie } from "./mp4/movie.ts";
import type { AudioStream, Chapter, Probe } from "./probe.ts";
import type { EngineOptions } from "./types.ts";

/** What is converted, and how long the result should be. */
export interface Selection {
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
export const TOLERANCE_SECONDS = 0.25;

/** Maps the wanted part to the track. Throws the failure `empty-selection`. */
export function selectAudio(
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

/** The chapters of the selection, on the MP3's time line. */
export function cutChapters(
  chapters: readonly Chapter[],
  startSeconds: number,
  lengthSeconds: number,
) {
  return chapters.flatMap(({ title, ...times }) => {
    const start = Math.max(0, times.startSeconds - startSeconds);
    const end = Math.min(lengthSeconds, times.endSeconds - startSeconds);
    return end > start ? [{ title, startSeconds: start, endSeconds: end }] : [];
  });
}
