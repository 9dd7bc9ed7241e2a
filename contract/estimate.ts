import type { Quality } from "./conversion.ts";

/**
 * Kilobits a second. For variable rates this is the average of speech and music, for `speech` with
 * one channel.
 */
const KBPS: Readonly<Record<Quality, number>> = {
  v0: 245,
  v2: 190,
  speech: 64,
  "320": 320,
  "192": 192,
  "128": 128,
  "96": 96,
};

/** Estimates an MP3's size in bytes. Variable rates may be off by a third in either direction. */
export const estimateMp3Bytes = (quality: Quality, durationSeconds: number): number =>
  Math.round((KBPS[quality] * 1000 * durationSeconds) / 8);
