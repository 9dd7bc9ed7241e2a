import { AWS_FIGURES } from "../reading/aws-figures.ts";

/**
 * How many seconds of audio one core encodes per second. The first value is for a slow vCPU. Each
 * conversion in this process corrects it, so a warm function knows its own speed.
 */
let audioSecondsPerSecond = 30;

/** The time for everything except encoding: start, probe, the last bytes, and uploading the result. */
const FIXED_SECONDS = 5;

/** A margin for what the estimate can't know, such as a slower network. */
const SAFETY = 1.15;

/** Estimates how long a conversion will take, in seconds. Reading and encoding overlap. */
export function estimateSeconds(audioSeconds: number, cores: number, bytes: number): number {
  const encoding = audioSeconds / (audioSecondsPerSecond * cores);
  return FIXED_SECONDS + SAFETY * Math.max(encoding, bytes / AWS_FIGURES.bytesPerSecond);
}

/**
 * Learns the speed from a conversion, as the average of the old value and the new one. A conversion that
 * waited for its `bytes` shows only a lower bound.
 */
export function learnSpeed(
  audioSeconds: number,
  cores: number,
  bytes: number,
  wallSeconds: number,
): void {
  // A short conversion mostly measures how long processes take to start.
  if (audioSeconds < 60 || wallSeconds <= 0) return;
  const speed = audioSeconds / wallSeconds / cores;
  const waited = bytes / AWS_FIGURES.bytesPerSecond > wallSeconds / 2;
  if (waited && speed < audioSecondsPerSecond) return;
  audioSecondsPerSecond = (audioSecondsPerSecond + speed) / 2;
}
