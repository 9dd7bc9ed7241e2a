import { type ConversionOptions, MAX_PIECES, MAX_TAG_LENGTH } from "../contract/conversion.ts";
import { dropExtension } from "../contract/format.ts";
import { shortenText, toDisplayText } from "../contract/text.ts";
import type { JobView } from "./answers.ts";
import type { ApiClient } from "./api-client.ts";
import { convertAgain } from "./convert-again.ts";
import { ApiError, isTransient } from "./errors.ts";

/** A stretch of the source that becomes an MP3 of its own. */
export interface Piece {
  startSeconds: number;
  /** Undefined: until the end. */
  endSeconds: number | undefined;
  /** Undefined where nothing names it. */
  title: string | undefined;
}

type SplitJob = Pick<JobView, "jobId" | "fileName" | "options" | "result">;

/** By chapters, or after so many seconds. */
export type SplitRule = "chapters" | { seconds: number };

/**
 * Plans the pieces of a finished job's source, within what the job converted. Nothing is left out:
 * what comes before the first chapter belongs to it.
 *
 * @returns fewer than two pieces where there is nothing to split.
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
 * Returns where in the source an MP3 ends, or somewhat later: where silence was dropped at its begin, the
 * first chapter shows how much.
 */
function findEnd({ options, result }: Pick<SplitJob, "options" | "result">): number {
  const starts = (result?.chapters ?? []).map(({ startSeconds }) => startSeconds);
  const begin = options.trimSilence ? Math.min(...starts) : (options.startSeconds ?? 0);
  return begin + (result?.durationSeconds ?? 0);
}

/**
 * Sorts chapters by their begin. Leaves out those from which nothing would be converted: the earlier of
 * two that begin together, the earlier of two that begin before the job did, and what begins at its end
 * or later.
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

/** Returns the options of one piece: those of the job, with its times and its tags. */
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

/** What fits into so many bytes fits into as many UTF-16 units. */
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
