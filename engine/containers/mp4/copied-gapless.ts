import { countDecodedAsLame, type GaplessData } from "../../mp3/gapless.ts";
import type { CopiedTrack } from "../container.ts";
import type { AudioTrack } from "./audio-track.ts";

/** What a copied MP3 track drops at its start and end, by the movie's edit list. */
export function findCopiedGapless(
  { primingSeconds, durationSeconds = 0 }: AudioTrack,
  { sampleRate, samples }: CopiedTrack,
): GaplessData | undefined {
  if (primingSeconds <= 0) return undefined;
  const delaySamples = Math.round(primingSeconds * sampleRate);
  // Of fragments, and of a file that is cut, the length isn't known or isn't there.
  const presented = durationSeconds > 0 ? Math.round(durationSeconds * sampleRate) : samples;
  return countDecodedAsLame(delaySamples, Math.max(0, samples - delaySamples - presented));
}
