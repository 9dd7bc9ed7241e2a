import { countDecodedAsLame, type GaplessData } from "../../mp3/gapless.ts";
import type { CopiedTrack } from "../container.ts";
import type { AudioTrack } from "./audio-track.ts";

/** Finds how much a copied MP3 track drops at its start and end, by the movie's edit list. */
export function findCopiedGapless(
  { primingSeconds, durationSeconds = 0 }: AudioTrack,
  { sampleRate, samples }: CopiedTrack,
): GaplessData | undefined {
  if (primingSeconds <= 0) return undefined;
  const delaySamples = Math.round(primingSeconds * sampleRate);
  // The length is unknown for fragments, and a cut file doesn't have all of it.
  const presented = durationSeconds > 0 ? Math.round(durationSeconds * sampleRate) : samples;
  return countDecodedAsLame(delaySamples, Math.max(0, samples - delaySamples - presented));
}
