/**
 * Chooses one of a file's audio tracks. `number` counts from 1, in the file's order. `place` counts
 * from 0, with the track that players play first.
 */
export type TrackChoice =
  | {
      number: number;
      /** The track with the right channel, if two tracks are joined to stereo. */
      rightNumber?: number | undefined;
    }
  | { place: number };

export const PLAYED_TRACK: TrackChoice = { place: 0 };

/**
 * Finds the chosen one of `tracks`, in the file's order. Players play the first preferred track.
 */
export function chooseTrack<Track>(
  tracks: readonly Track[],
  choice: TrackChoice,
  isPreferred: (track: Track) => boolean,
): Track | undefined {
  if ("number" in choice) return tracks[choice.number - 1];
  const played = tracks.find(isPreferred) ?? tracks[0];
  return [played, ...tracks.filter((other) => other !== played)][choice.place];
}
