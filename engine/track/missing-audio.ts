import type { Incomplete } from "../../contract/conversion.ts";
import { type MissingEnd, TOLERANCE_SECONDS } from "../containers/container.ts";
import { Failure } from "../failure.ts";
import { isMostlyUndecoded } from "../ffmpeg/check-exits.ts";
import type { ProcessEnd } from "../ffmpeg/process.ts";
import type { EngineOptions } from "../types.ts";
import type { OpenAudio } from "./opened-audio.ts";

/**
 * Messages about things that lose no audio:
 * - A full ffmpeg names each picture decoder that the allow-list forbids.
 * - It warns of a second Matroska file of unknown size after the first, but reads it.
 * - It reports the packet that ends a GXF file.
 * - It finds no length at the end of a file without an index.
 * - The times of decoded samples go back where files were joined.
 * - It takes MP2 for MP3 first.
 */
const HARMLESS = new RegExp(
  [
    "not on whitelist",
    "unknown-length element with ID 0x18538067",
    "/(gxf|sds) @ .*Error during demuxing",
    "read_timestamp failed",
    "non monotonically increasing dts",
    "AVCodecContext was allocated for",
  ].join("|"),
);

/** Counts the errors that ffmpeg reported and read past, such as damaged packets. There may be more. */
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
 * ffmpeg's messages about bytes that aren't a Matroska element. It continues at the next cluster that
 * it finds.
 */
const LOST_ELEMENTS = /invalid as first byte of an EBML number|exceeds containing master element/;

/** How far apart audio and pictures may end in an undamaged video. */
const UNEVEN_ENDS_SECONDS = 2;
const UNEVEN_ENDS_SHARE = 0.01;

/**
 * Containers, by ffmpeg's names, that state their length. For all others, ffmpeg estimates it from the
 * end of the file.
 */
const LENGTH_IS_STATED = /\b(matroska|mov|flv|asf|mp3)\b/;

/** Finds ffmpeg's message about a missing end, if it converted the rest. */
export function findEarlyEnd(ends: readonly ProcessEnd[]): MissingEnd | undefined {
  for (const { messages } of ends) {
    if (/partial file/.test(messages)) {
      return { detail: "a sample lies after the end of the file", isInterrupted: false };
    }
    // If a Matroska file states its size, that was compared with the file's before.
    if (/ended prematurely/i.test(messages)) {
      return { detail: "the container ends prematurely", isInterrupted: true };
    }
    if (/^(?!.*\/(?:gxf|sds) @).*Error during demuxing/m.test(messages)) {
      return { detail: "the demuxer gave up before the end", isInterrupted: true };
    }
  }
  return undefined;
}

/** ffmpeg prints lengths in hundredths of a second. */
const COUNTED_WITHIN_SECONDS = 0.02;

/** What reading the audio showed. */
interface WhatWasRead {
  ends: readonly ProcessEnd[];
  missingEnd?: MissingEnd | undefined;
  /** The length of the gaps between packets, as far as the decoder noticed them. */
  gapSeconds: number;
  /** The errors that were found in addition to ffmpeg's. */
  readErrors?: number;
}

/** @throws Failure `truncated` if the end is missing, and a whole copy must exist elsewhere */
export function throwIfTruncated(
  missingEnd: MissingEnd | undefined,
  { acceptIncomplete }: Pick<EngineOptions, "acceptIncomplete">,
): void {
  if (!missingEnd || missingEnd.isInterrupted || acceptIncomplete) return;
  throw new Failure("truncated", missingEnd.detail);
}

/**
 * Finds how much of the audio's length is missing, and how much couldn't be read.
 *
 * @throws Failure `truncated` if the file has lost something that its recorder had written
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
 * Codecs, by ffmpeg's names, whose decoders leave out damaged packets. If no samples are missing, their
 * errors are about bytes after the last packet.
 */
const DROPS_WHAT_IS_BROKEN = /^(flac|alac|tta)$/;

/** Returns whether there are as many samples as the container says, so that anything after them isn't audio. */
function hasAllSamples({ selection }: OpenAudio, durationSeconds: number): boolean {
  const { statedSeconds = 0, toleranceSeconds, isSpan } = selection;
  const isCounted = !isSpan && Number.isFinite(toleranceSeconds) && statedSeconds > 0;
  return isCounted && statedSeconds - durationSeconds <= COUNTED_WITHIN_SECONDS;
}

export interface MissingAudio {
  missingSeconds: number;
  incomplete?: Incomplete;
  /** The number of errors, or fewer than there were. */
  readErrors: number;
}

/** Decides what is wrong if the audio is shorter than its container says. */
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
  // Broadcasts lose packets, and the rest is still worth having.
  if (isDamaged ? isShort || missingSeconds > uneven : isShort && !selection.isSpan) {
    if (options.acceptIncomplete) return describe("gaps", seconds - durationSeconds);
    throw new Failure(
      "truncated",
      `${(seconds - durationSeconds).toFixed(3)} s of the audio are missing`,
    );
  }
  const indexed = endSeconds === undefined ? (container.gapSeconds ?? 0) : 0;
  const gaps = Math.max(gapSeconds, indexed);
  // A container's stated length may leave out the last packet. The timestamps of gaps don't.
  if (isShort) return describe("gaps", Math.max(gaps, seconds - durationSeconds));
  return gaps > TOLERANCE_SECONDS ? describe("gaps", gaps) : { missingSeconds };
}
