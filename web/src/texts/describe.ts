import type { JobView } from "../../../client/answers.ts";
import {
  AnswerError,
  ApiError,
  NetworkError,
  SourceError,
  StorageError,
} from "../../../client/errors.ts";
import type { Sending } from "../../../client/send.ts";
import { describeIncomplete } from "../../../contract/texts/outcomes.ts";
import type { Soundtrack } from "../soundtrack/messages.ts";
import type { Text, Texts } from "./text.ts";

const BY_CODE: Readonly<Record<string, keyof Texts["faults"]>> = {
  "too-large": "tooLarge",
  "job-not-found": "jobGone",
  "source-gone": "sourceGone",
  "already-uploaded": "alreadyUploaded",
};

const fault =
  (name: keyof Texts["faults"]): Text =>
  ({ faults }) =>
    faults[name];

/** Returns whether an error means that a chosen file was moved, changed or unplugged. */
export const isUnreadable = (error: unknown) =>
  error instanceof SourceError ||
  (error instanceof DOMException && ["NotReadableError", "NotFoundError"].includes(error.name));

/** Says what happened and what to do, for every error of S3 and the API. */
export function describeError(error: unknown): Text {
  if (error instanceof NetworkError) return fault("connectionLost");
  if (error instanceof ApiError) {
    const known = BY_CODE[error.code ?? ""];
    if (known) return fault(known);
    if (error.status === 429) return explainLimit(error);
    if (error.status >= 500) return fault("serviceDown");
    return ({ faults }) => error.detail ?? faults.refused;
  }
  if (error instanceof StorageError) {
    if (error.code === "EntityTooLarge") return fault("tooLarge");
    return fault(error.status >= 500 ? "storageDown" : "storageRefused");
  }
  if (error instanceof AnswerError) return fault("outOfDate");
  return fault(isUnreadable(error) ? "unreadable" : "unexpected");
}

/** Describes why an MP3 isn't available. */
export function describeDownloadError(error: unknown): Text {
  if (error instanceof NetworkError) return fault("mp3Unreachable");
  if (error instanceof ApiError && error.status === 404) return fault("mp3Gone");
  if (error instanceof StorageError && error.status < 500) {
    return fault(error.status === 404 ? "mp3Gone" : "mp3Refused");
  }
  return describeError(error);
}

/** Describes an error of a request that changes nothing here: nothing was being uploaded. */
export const describeRequestError = (error: unknown): Text =>
  error instanceof NetworkError ? fault("unreachable") : describeError(error);

export function describeSignInError(error: unknown): Text {
  if (error instanceof ApiError) {
    if (error.status === 401) return fault("wrongPassword");
    if (error.status === 429) return explainLimit(error);
    if (error.status === 400) return fault("credentialsMissing");
  }
  return describeRequestError(error);
}

/** Our limits come with a code and say what to do. API Gateway's throttling says nothing useful. */
const explainLimit =
  ({ code, detail, limit, retryAfterSeconds }: ApiError): Text =>
  ({ faults, format, limits }) => {
    if (limit !== undefined) {
      if (code === "daily-bytes-used") return limits.bytesPerDay(format.size(limit));
      if (code === "daily-minutes-used") return limits.minutesPerDay(limit);
      if (code === "too-many-open-jobs") return limits.openJobs(limit);
    }
    if (code === "too-many-attempts" && retryAfterSeconds !== undefined) {
      return limits.attempts(Math.ceil(retryAfterSeconds / 60));
    }
    return (code && detail) || faults.tooManyRequests;
  };

/** Finds a sentence by the API's code; none for a code that is newer than this page. */
const lookUp = <Code extends string>(sentences: Readonly<Record<Code, string>>, code = "") =>
  Object.hasOwn(sentences, code) ? sentences[code as Code] : undefined;

/** Says why there is no MP3. */
export const describeFailure =
  (failure: JobView["failure"]): Text =>
  ({ converting, failures, fileKinds }) =>
    lookUp(fileKinds, failure?.fileKind) ??
    lookUp(failures, failure?.code) ??
    failure?.message ??
    converting.unknownReason;

type Missing = NonNullable<NonNullable<JobView["result"]>["incomplete"]>;

function describeMissing({ reason, missingSeconds, message }: Missing, texts: Texts): string {
  if (reason !== "ends-early" && reason !== "gaps") return message;
  return describeIncomplete({ reason, missingSeconds }, texts, texts.format);
}

/** Lists what the user should know about a finished job besides its outcome. */
export function describeNotes({ result, emailFailure }: JobView, texts: Texts): string[] {
  const { incomplete, notes = [] } = result ?? {};
  const { emailFailures } = texts;
  return [
    ...(incomplete ? [describeMissing(incomplete, texts)] : []),
    ...notes.map(({ code, message }) => lookUp(texts.notes, code) ?? message),
    ...(emailFailure ? [emailFailures[result ? "withMp3" : "withoutMp3"]] : []),
  ];
}

/** One line on an upload: how much has gone, how fast, and what it waits for. */
export function describeSending(
  { sentBytes, totalBytes, speed, wait }: Sending,
  texts: Texts,
): string {
  const { format, sending } = texts;
  const { bytesPerSecond, secondsLeft } = speed;
  const line = sending[wait ?? "now"](format.size(sentBytes), format.size(totalBytes));
  if (wait !== undefined || secondsLeft === undefined) return line;
  return format.facts([line, format.speed(bytesPerSecond), describeTimeLeft(secondsLeft, texts)]);
}

/** Describes the time left, rounded on purpose: a number that jumps is worse than none. */
export function describeTimeLeft(seconds: number, { timeLeft }: Texts): string {
  if (seconds < 8) return timeLeft.someSeconds;
  if (seconds < 55) return timeLeft.seconds(Math.ceil(seconds / 5) * 5);
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 90 ? timeLeft.minutes(minutes) : timeLeft.hours(Math.round(minutes / 60));
}

/** Explains in one line why the whole video is sent; nothing if that is as it should be. */
export function explainWholeFile(soundtrack: Soundtrack, { wholeFile }: Texts): string | undefined {
  if (soundtrack.kind === "extracted") return undefined;
  if (soundtrack.kind === "failed") return wholeFile.failed;
  return soundtrack.reason === "no-gain" ? undefined : wholeFile[soundtrack.reason];
}

/** At most five sentences, and how many more there would be. */
export function shortenList(sentences: readonly string[], { adding }: Texts): readonly string[] {
  const shown = sentences.length > 6 ? sentences.slice(0, 5) : sentences;
  const rest = sentences.length - shown.length;
  return rest > 0 ? [...shown, adding.andMore(rest)] : shown;
}
