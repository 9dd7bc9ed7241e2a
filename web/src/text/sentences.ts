import {
  AnswerError,
  ApiError,
  NetworkError,
  SourceError,
  StorageError,
} from "../../../client/errors.ts";
import type { Soundtrack } from "../soundtrack/messages.ts";

const BY_CODE: Readonly<Record<string, string>> = {
  "too-large": "This file is larger than the service takes. Choose a smaller or shorter one.",
  "job-not-found": "This conversion no longer exists. Choose the file again to start over.",
  "already-uploaded": "This file has already arrived. Reload the page to see where it stands.",
};

/** What reading a chosen file throws when it was moved, changed or unplugged meanwhile. */
export const isUnreadable = (error: unknown) =>
  error instanceof SourceError ||
  (error instanceof DOMException && ["NotReadableError", "NotFoundError"].includes(error.name));

/** What happened and what to do, for everything that can go wrong on the way to S3 and the API. */
export function describeError(error: unknown): string {
  if (error instanceof NetworkError) {
    return "The connection broke off and didn’t come back. Check your network, then try again: what has arrived already is kept.";
  }
  if (error instanceof ApiError) {
    if (error.code !== undefined && BY_CODE[error.code]) return BY_CODE[error.code] ?? "";
    if (error.status === 429) return explainLimit(error);
    if (error.status >= 500) return "The service has a problem right now. Try again in a minute.";
    return error.detail ?? "The service didn’t accept this. Reload the page and try again.";
  }
  if (error instanceof StorageError) {
    if (error.code === "EntityTooLarge") return BY_CODE["too-large"] ?? "";
    if (error.status >= 500) return "The storage has a problem right now. Try again in a minute.";
    return "The storage refused the file. Try again; if that doesn’t help, tell whoever runs this page.";
  }
  if (error instanceof AnswerError) {
    return "The page and the service don’t understand each other. Reload the page to get its newest version.";
  }
  if (isUnreadable(error)) {
    return "The file can no longer be read: it was moved, changed or unplugged. Choose it again.";
  }
  return "Something unexpected went wrong. Try again, or reload the page.";
}

/** Our limits come with a code and say what to do; API Gateway's throttling says nothing of use. */
const explainLimit = ({ code, detail }: ApiError) =>
  (code && detail) || "That was too often in a short time. Wait a minute, then try again.";

export function describeSignInError(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.status === 401) return "Email or password is wrong. Check both and try again.";
    if (error.status === 429) return explainLimit(error);
    if (error.status === 400) return "Enter your email address and your password.";
  }
  if (error instanceof NetworkError) {
    return "The service can’t be reached. Check your network, then try again.";
  }
  return describeError(error);
}

/** One line on why the whole video goes up; nothing where that is just how it should be. */
export function explainWholeFile(soundtrack: Soundtrack): string | undefined {
  if (soundtrack.kind === "extracted") return undefined;
  if (soundtrack.kind === "failed") {
    return "The soundtrack can’t be read here, so the whole video is sent.";
  }
  switch (soundtrack.reason) {
    case "no-gain":
      return undefined;
    case "no-sound":
      return "No soundtrack was found here, so the whole video is sent and looked at again.";
    case "not-readable":
      return "This format can’t be read here, so the whole file is sent.";
    case "not-exact":
      return "The sound of this file begins or ends in a special way, so the whole file is sent to keep it exact.";
  }
}
