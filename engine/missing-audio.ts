import { Failure } from "./failure.ts";
import type { ProcessEnd } from "./ffmpeg/process.ts";

/** What ffmpeg complained of and read past, such as packets that can't be decoded; at least so many. */
export function countReadErrors(ends: readonly ProcessEnd[]): number {
  let errors = 0;
  let counts = false;
  for (const line of ends.flatMap(({ messages }) => messages.split(/[\r\n]+/))) {
    const repeated = /^ *Last message repeated (\d+) times/.exec(line)?.[1];
    // A full ffmpeg tells of each picture decoder that the allow-list keeps it from using.
    if (repeated === undefined) counts = line.trim() !== "" && !line.includes("not on whitelist");
    if (counts) errors += Number(repeated ?? 1);
  }
  return errors;
}

/** What ffmpeg says where bytes are no Matroska element; it goes on at the next cluster it finds. */
const LOST_ELEMENTS = /invalid as first byte of an EBML number|exceeds containing master element/;

/** Sound and pictures of a whole film may end that far from each other. */
const UNEVEN_ENDS_SECONDS = 2;
const UNEVEN_ENDS_SHARE = 0.01;

/** By how much the sound is shorter than the film, in seconds, where its container is sure of that. */
export function findMissingSeconds(statedSeconds: number | undefined, durationSeconds: number) {
  return Math.max(0, (statedSeconds ?? 0) - durationSeconds);
}

/**
 * Throws the failure `truncated` where a part of a Matroska file was skipped and the sound is shorter
 * than the film: one of both alone may be harmless. Transport streams lose packets on the air, and
 * the rest of them is worth having.
 */
export function checkDamage(
  ends: readonly ProcessEnd[],
  missingSeconds: number,
  durationSeconds: number,
): void {
  const usual = Math.max(UNEVEN_ENDS_SECONDS, UNEVEN_ENDS_SHARE * durationSeconds);
  if (missingSeconds > usual && ends.some(({ messages }) => LOST_ELEMENTS.test(messages))) {
    throw new Failure(
      "truncated",
      `a part can't be read and ${missingSeconds.toFixed(3)} s are missing`,
    );
  }
}
