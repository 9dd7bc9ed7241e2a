import { AWS_FIGURES } from "../reading/aws-figures.ts";

/**
 * Seconds of audio that one core encodes in a second. The first value is for a slow vCPU. Each
 * conversion of this process corrects it, so a warm function knows its own speed.
 */
let audioSecondsPerSecond = 30;

/** Time for everything that isn't encoding: start, probe, the last bytes, the result's upload. */
const FIXED_SECONDS = 5;

/** An estimate isn't a promise: the network may be slower, for example. */
const SAFETY = 1.15;

/** How long a conversion will take, in seconds. Reading and encoding overlap. */
export function estimateSeconds(audioSeconds: number, cores: number, bytes: number): number {
  const encoding = audioSeconds / (audioSecondsPerSecond * cores);
  return FIXED_SECONDS + SAFETY * Math.max(encoding, bytes / AWS_FIGURES.bytesPerSecond);
}

/**
 * Learns from a conversion: half of the old value, half of the new. One that waited for its `bytes`
 * shows only that encoding is no slower.
 */
export function learnSpeed(
  audioSeconds: number,
  cores: number,
  bytes: number,
  wallSeconds: number,
): void {
  // Short ones measure process starts.
  if (audioSeconds < 60 || wallSeconds <= 0) return;
  const speed = audioSeconds / wallSeconds / cores;
  const waited = bytes / AWS_FIGURES.bytesPerSecond > wallSeconds / 2;
  if (waited && speed < audioSecondsPerSecond) return;
  audioSecondsPerSecond = (audioSecondsPerSecond + speed) / 2;
}
