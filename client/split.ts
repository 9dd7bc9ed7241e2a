import { type ConversionOptions, MAX_PIECES, MAX_TAG_LENGTH } from "../contract/conversion.ts";
import { dropExtension } from "../contract/format.ts";
import { shortenText, toDisplayText } from "../contract/text.ts";
import type { JobView } from "./answers.ts";
import type { ApiClient } from "./api-client.ts";
import { convertAgain } from "./convert-again.ts";
import { ApiError, isTransient } from "./errors.ts";

/** A piece of the source that becomes an MP3 of its own. */
export interface Piece {
  startSeconds: number;
  /** Undefined for the end of the recording. */
  endSeconds: number | undefined;
  /** Undefined if the piece has no title. */
  title: string | undefined;
}

type SplitJob = Pick<JobView, "jobId" | "fileName" | "options" | "result">;

/** How to split: by chapters, or after a number of seconds. */
export type SplitRule = "chapters" | { seconds: number };

/**
 * Plans the pieces of a finished job's source, within the time that the job converted. Nothing is left
 * out: anything before the first chapter belongs to that chapter.
 *
 * @returns fewer than two pieces if there is nothing to split
 */
export function planPieces({ options, result }: SplitJob, rule: SplitRule): Piece[] {
  const first = options.startSeconds ?? 0;
  const last = options.endSeconds;
  const lengthSeconds = result?.durationSeconds ?? 0;
  const marks =
    rule === "chapters"
      ? orderMarks(result?.chapters ?? [], { first, end: last ?? findEnd({ options, result }) })
      : Array.from({ length: Math.ceil(lengthSeconds / rule.seconds) }, (_, at) => ({
          startSeconds: first + at * rule.seconds,
          title: undefined,
        }));
  return marks.slice(0, MAX_PIECES).map(({ startSeconds, title }, at, all) => ({
    startSeconds: at === 0 ? first : startSeconds,
    endSeconds: all[at + 1]?.startSeconds ?? last,
    title: (title && toDisplayText(title)) || undefined,
  }));
}

/**
 * Returns where in the source an MP3 ends, or a little later. If silence was dropped at its start, the
 * first chapter shows how much.
 */
function findEnd({ options, result }: Pick<SplitJob, "options" | "result">): number {
  const starts = (result?.chapters ?? []).map(({ startSeconds }) => startSeconds);
  const begin = options.trimSilence ? Math.min(...starts) : (options.startSeconds ?? 0);
  return begin + (result?.durationSeconds ?? 0);
}

/**
 * Sorts chapters by their start. Leaves out those that would be empty: the earlier of two that start
 * together, the earlier of two that start before the job, and any that start at its end or later.
 */
function orderMarks<Mark extends { startSeconds: number }>(
  marks: readonly Mark[],
  { first, end }: { first: number; end: number },
): Mark[] {
  return [...marks]
    .filter(({ startSeconds }) => startSeconds < end)
    .sort((one, other) => one.startSeconds - other.startSeconds)
    .filter(({ startSeconds }, at, all) => {
      const next = all[at + 1]?.startSeconds ?? end;
      return next > Math.max(startSeconds, first);
    });
}

/** Returns the options of a piece: those of the job, with the piece's times and tags. */
export function choosePieceOptions(
  { options, result, fileName }: SplitJob,
  pieces: readonly Piece[],
  at: number,
): ConversionOptions {
  const { startSeconds = 0, endSeconds, title } = pieces[at] ?? {};
  const number = at + 1;
  const whole = options.tags?.title ?? result?.title ?? dropExtension(fileName);
  const digits = String(number).padStart(String(pieces.length).length, "0");
  const base = options.tags?.fileName ?? dropExtension(fileName);
  return {
    ...(options as ConversionOptions),
    startSeconds,
    endSeconds,
    tags: {
      ...options.tags,
      title: fitTag(title ?? `${whole} (${number})`),
      album: options.tags?.album ?? fitTag(whole),
      fileName: fitTag(`${digits} ${title ?? base}`),
      track: { number, of: pieces.length },
    },
  };
}

/** A text that fits into this many bytes also fits into this many UTF-16 units. */
const fitTag = (text: string) =>
  shortenText(text, { maxGraphemes: MAX_TAG_LENGTH, maxBytes: MAX_TAG_LENGTH });

/** The pieces of a long video take hours, and the API asks clients to wait for 10 s each time. */
const PATIENT_RETRIES = 1000;

/**
 * Converts each piece as a job of its own. Waits while the user has too many open jobs.
 *
 * @param onPiece called with each new job's id, in order.
 * @throws ApiError, NetworkError, or the signal's reason. The pieces before that are converted.
 */
export async function convertPieces(
  api: ApiClient,
  job: SplitJob,
  pieces: readonly Piece[],
  { signal, onPiece }: { signal: AbortSignal; onPiece: (jobId: string) => void },
): Promise<void> {
  for (const at of pieces.keys()) {
    const options = choosePieceOptions(job, pieces, at);
    const retry = {
      signal,
      maxRetries: PATIENT_RETRIES,
      isWorthRetrying: (error: unknown) => isTransient(error) || isFull(error),
    };
    onPiece(await convertAgain(api, job.jobId, { options }, retry));
  }
}

const isFull = (error: unknown) => error instanceof ApiError && error.code === "too-many-open-jobs";
