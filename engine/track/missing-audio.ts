import type { Incomplete } from "../../contract/conversion.ts";
import { type MissingEnd, TOLERANCE_SECONDS } from "../containers/container.ts";
import { Failure } from "../failure.ts";
import { isMostlyUndecoded } from "../ffmpeg/check-exits.ts";
import type { ProcessEnd } from "../ffmpeg/process.ts";
import type { EngineOptions } from "../types.ts";
import type { OpenAudio } from "./opened-audio.ts";

/**
 * Complaints of what loses no audio: a full ffmpeg's of each picture decoder that the allow-list keeps it
 * from using; of a second Matroska file without a size after the first, which it goes on to read; of the
 * packet that ends a GXF file; and of a length that it doesn't find at the end of a file without an index.
 */
const HARMLESS = new RegExp(
  [
    "not on whitelist",
    "unknown-length element with ID 0x18538067",
    "/gxf @ .*Error during demuxing",
    "read_timestamp failed",
  ].join("|"),
);

/** What ffmpeg complained of and read past, such as packets that can't be decoded; at least so many. */
function countReadErrors(ends: readonly ProcessEnd[]): number {
  let errors = 0;
  let counts = false;
  for (const line of ends.flatMap(({ messages }) => messages.split(/[\r\n]+/))) {
    const repeated = /^ *Last message repeated (\d+) times/.exec(line)?.[1];
    if (repeated === undefined) counts = line.trim() !== "" && !HARMLESS.test(line);
    if (counts) errors += Number(repeated ?? 1);
  }
  return errors;
}

/**
 * What ffmpeg says if bytes are no Matroska element. It continues at the next cluster that it
 * finds.
 */
const LOST_ELEMENTS = /invalid as first byte of an EBML number|exceeds containing master element/;

/** Audio and pictures of a whole video may end that far from each other. */
const UNEVEN_ENDS_SECONDS = 2;
const UNEVEN_ENDS_SHARE = 0.01;

/**
 * Containers, by ffmpeg's names, that state their length. That of the others is what ffmpeg sees in the
 * rest of a file.
 */
const LENGTH_IS_STATED = /\b(matroska|mov|flv|asf|mp3)\b/;

/** Says what ffmpeg found missing at the end of its input, where it went on with the rest. */
export function findEarlyEnd(ends: readonly ProcessEnd[]): MissingEnd | undefined {
  for (const { messages } of ends) {
    if (/partial file/.test(messages)) {
      return { detail: "a sample lies after the end of the file", isInterrupted: false };
    }
    // Matroska that says its size was compared with the file's before.
    if (/ended prematurely/i.test(messages)) {
      return { detail: "the container ends prematurely", isInterrupted: true };
    }
    if (/^(?!.*\/gxf @).*Error during demuxing/m.test(messages)) {
      return { detail: "the demuxer gave up before the end", isInterrupted: true };
    }
  }
  return undefined;
}

/** Lengths of files that count samples are printed in hundredths of a second. */
const COUNTED_WITHIN_SECONDS = 0.02;

/** How reading the audio ended. */
interface WhatWasRead {
  ends: readonly ProcessEnd[];
  missingEnd?: MissingEnd | undefined;
  /** How long the gaps between the packets are, as far as the decoder saw them. */
  gapSeconds: number;
  /** What was found besides what ffmpeg complained of. */
  readErrors?: number;
}

/** Throws the failure `truncated` where the end is missing of what has a better copy elsewhere. */
export function throwIfTruncated(
  missingEnd: MissingEnd | undefined,
  { acceptIncomplete }: Pick<EngineOptions, "acceptIncomplete">,
): void {
  if (!missingEnd || missingEnd.isInterrupted || acceptIncomplete) return;
  throw new Failure("truncated", missingEnd.detail);
}

/**
 * Says what the audio lacks: how much is missing of its length, and what couldn't be read. Throws the
 * failure `truncated` where the file lost what its recorder had written.
 */
export function findMissingAudio(
  audio: OpenAudio,
  durationSeconds: number,
  read: WhatWasRead,
  options: EngineOptions,
): MissingAudio {
  const { readErrors: found = 0 } = read;
  const errors = countReadErrors(read.ends) + found + (audio.container.readErrors ?? 0);
  const isSound =
    DROPS_WHAT_IS_BROKEN.test(audio.stream.codec) && hasAllSamples(audio, durationSeconds);
  return {
    ...judgeLength(audio, durationSeconds, read, options),
    readErrors: isSound ? 0 : errors,
  };
}

/**
 * Codecs, by ffmpeg's names, whose decoders leave out a packet that is damaged. Where none is left out,
 * errors are about what follows the last one.
 */
const DROPS_WHAT_IS_BROKEN = /^(flac|alac|tta)$/;

/** Whether there are as many samples as the container counts. What follows the last of them is no audio. */
function hasAllSamples({ selection }: OpenAudio, durationSeconds: number): boolean {
  const { statedSeconds = 0, toleranceSeconds, isSpan } = selection;
  const isCounted = !isSpan && Number.isFinite(toleranceSeconds) && statedSeconds > 0;
  return isCounted && statedSeconds - durationSeconds <= COUNTED_WITHIN_SECONDS;
}

export interface MissingAudio {
  missingSeconds: number;
  incomplete?: Incomplete;
  /** At least so many. */
  readErrors: number;
}

/** Decides what it means that the audio is shorter than its container says. */
function judgeLength(
  audio: OpenAudio,
  durationSeconds: number,
  { ends, missingEnd: missing, gapSeconds }: WhatWasRead,
  options: EngineOptions,
): Omit<MissingAudio, "readErrors"> {
  const { container, probe, selection } = audio;
  const { seconds = 0, statedSeconds = 0, toleranceSeconds, endSeconds } = selection;
  const missingSeconds = Math.max(0, statedSeconds - durationSeconds);
  const isWhole = endSeconds !== undefined && seconds - durationSeconds <= TOLERANCE_SECONDS;
  if (isWhole) return { missingSeconds };
  const missingEnd =
    container.missingEnd ??
    container.findMissing(selection.startSeconds + durationSeconds) ??
    missing ??
    (hasAllSamples(audio, durationSeconds) ? undefined : findEarlyEnd(ends));
  throwIfTruncated(missingEnd, options);
  const describe = (reason: Incomplete["reason"], missing: number) => ({
    missingSeconds: Math.max(0, missing),
    incomplete: {
      reason,
      ...(missing > TOLERANCE_SECONDS && { missingSeconds: Number(missing.toFixed(3)) }),
    },
  });
  if (missingEnd) {
    const { statedSeconds: wholeSeconds } = missingEnd;
    if (wholeSeconds !== undefined) {
      const wanted = Math.min(endSeconds ?? Infinity, wholeSeconds) - selection.startSeconds;
      return describe("ends-early", wanted - durationSeconds);
    }
    const isStated = LENGTH_IS_STATED.test(probe.container) && !probe.isDurationEstimated;
    return describe("ends-early", isStated ? seconds - durationSeconds : 0);
  }
  if (isMostlyUndecoded(ends)) {
    if (options.acceptIncomplete) return describe("gaps", seconds - durationSeconds);
    throw new Failure("truncated", "most of the audio can't be decoded");
  }
  const isShort = seconds - durationSeconds > toleranceSeconds;
  const uneven = Math.max(UNEVEN_ENDS_SECONDS, UNEVEN_ENDS_SHARE * durationSeconds);
  const isDamaged = ends.some(({ messages }) => LOST_ELEMENTS.test(messages));
  // Transport streams lose packets on the air, and the rest is worth having.
  if (isDamaged ? isShort || missingSeconds > uneven : isShort && !selection.isSpan) {
    if (options.acceptIncomplete) return describe("gaps", seconds - durationSeconds);
    throw new Failure(
      "truncated",
      `${(seconds - durationSeconds).toFixed(3)} s of the audio are missing`,
    );
  }
  const indexed = endSeconds === undefined ? (container.gapSeconds ?? 0) : 0;
  const gaps = Math.max(gapSeconds, indexed);
  // What a container says may leave out the last packet, and the times in between don't.
  if (isShort) return describe("gaps", Math.max(gaps, seconds - durationSeconds));
  return gaps > TOLERANCE_SECONDS ? describe("gaps", gaps) : { missingSeconds };
}
