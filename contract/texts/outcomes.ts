import type { FailureCode, Incomplete, NoteCode } from "../conversion.ts";
import type { FileKind } from "../file-kind.ts";
import { formatDuration } from "../format.ts";
import type { Format } from "./format.ts";
import type { Language } from "./languages.ts";

/**
 * What users read about how a conversion ended, in one language: on the page and in emails, and in English
 * in the API's answers.
 */
export interface Outcomes {
  about: (amount: string) => string;
  /** Why there is no MP3, and what to do. */
  failures: Readonly<Record<FailureCode, string>>;
  /** What the file is instead of a recording, and what to do. */
  fileKinds: Readonly<Record<FileKind, string>>;
  /** What was done with the audio that its user may not expect. */
  notes: Readonly<Record<NoteCode, string>>;
  /** The email about a job couldn't be sent. */
  emailFailures: Readonly<Record<"withMp3" | "withoutMp3", string>>;
  /** What is missing from the MP3. `missing` is how much, in brackets, or nothing where that isn't known. */
  incomplete: Readonly<Record<Incomplete["reason"], (missing: string) => string>>;
  missing: (amount: string) => string;
}

/** Says what happened and what to do. */
export const describeFailure = (
  { code, fileKind }: { code: FailureCode; fileKind?: FileKind | undefined },
  { failures, fileKinds }: Outcomes,
): string => (fileKind ? fileKinds[fileKind] : failures[code]);

/** Describes what is missing from the MP3, in one or two sentences. */
export function describeIncomplete(
  { reason, missingSeconds }: Incomplete,
  { about, incomplete, missing }: Outcomes,
  format: Pick<Format<Language>, "seconds">,
): string {
  if (missingSeconds === undefined) return incomplete[reason]("");
  const length =
    missingSeconds >= 59.5
      ? formatDuration(missingSeconds)
      : format.seconds(Math.max(1, Math.round(missingSeconds)));
  return incomplete[reason](missing(about(length)));
}
