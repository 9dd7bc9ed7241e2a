/**
 * Which of a file's audio tracks is meant: the one with that number, counted from 1 as the file has
 * them, or the one at that place, counted from 0, when the track that players play comes first.
 */
export type TrackChoice =
  | {
      number: number;
      /** The track whose audio is the right channel, if it becomes stereo with this one. */
      rightNumber?: number | undefined;
    }
  | { place: number };

export const PLAYED_TRACK: TrackChoice = { place: 0 };

/** Finds the chosen one of `tracks`, which are in the file's order. Players play the first preferred. */
export function chooseTrack<Track>(
  tracks: readonly Track[],
  choice: TrackChoice,
  isPreferred: (track: Track) => boolean,
): Track | undefined {
  if ("number" in choice) return tracks[choice.number - 1];
  const played = tracks.find(isPreferred) ?? tracks[0];
  return [played, ...tracks.filter((other) => other !== played)][choice.place];
}
