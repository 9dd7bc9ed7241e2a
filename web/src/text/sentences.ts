import {
  AnswerError,
  ApiError,
  NetworkError,
  SourceError,
  StorageError,
} from "../../../client/errors.ts";
import type { Sending } from "../../../client/send.ts";
import { formatSize } from "../../../contract/format.ts";
import type { Soundtrack } from "../soundtrack/messages.ts";
import { formatTimeLeft } from "./format.ts";

const BY_CODE: Readonly<Record<string, string>> = {
  "too-large": "This file is larger than the service accepts. Choose a smaller or shorter one.",
  "job-not-found": "This conversion no longer exists. Choose the file again to start over.",
  "already-uploaded": "This file has already arrived. Reload the page to see where it stands.",
};

/** Returns whether an error means that a chosen file was moved, changed or unplugged. */
export const isUnreadable = (error: unknown) =>
  error instanceof SourceError ||
  (error instanceof DOMException && ["NotReadableError", "NotFoundError"].includes(error.name));

/** Says what happened and what to do, for every error of S3 and the API. */
export function describeError(error: unknown): string {
  if (error instanceof NetworkError) {
    return "The connection was lost. Check your network, then try again. What has been uploaded so far is kept.";
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
    return "The storage refused the file. Try again. If that doesn’t help, tell whoever runs this service.";
  }
  if (error instanceof AnswerError) {
    return "This page is out of date. Reload it to get the newest version.";
  }
  if (isUnreadable(error)) {
    return "The file can no longer be read: it was moved, changed or unplugged. Choose it again.";
  }
  return "Something unexpected went wrong. Try again, or reload the page.";
}

/** Describes why an MP3 can't be had. */
export function describeDownloadError(error: unknown): string {
  if (error instanceof NetworkError) {
    return "The MP3 can’t be reached. Check your network, then try again.";
  }
  if (error instanceof ApiError && error.status === 404) {
    return "This MP3 no longer exists. Convert the video again to get it back.";
  }
  if (error instanceof StorageError && error.status < 500) {
    return error.status === 404
      ? "This MP3 no longer exists. Convert the video again to get it back."
      : "The storage refused to hand out the MP3. Try again in a minute.";
  }
  return describeError(error);
}

/** One line on an upload: how much has gone, how fast, and what it waits for. */
export function describeSending({ sentBytes, totalBytes, speed, wait }: Sending): string {
  const done = `${formatSize(sentBytes)} of ${formatSize(totalBytes)}`;
  if (wait === "offline") {
    return `You are offline. ${done} are sent; the rest follows when the network is back.`;
  }
  if (wait === "retrying") return `The connection broke off, trying again. ${done} are sent.`;
  const { bytesPerSecond, secondsLeft } = speed;
  return secondsLeft === undefined
    ? `Sending ${done}`
    : `Sending ${done} · ${formatSize(bytesPerSecond)}/s · ${formatTimeLeft(secondsLeft)}`;
}

/** Our limits come with a code and say what to do. API Gateway's throttling says nothing useful. */
const explainLimit = ({ code, detail }: ApiError) =>
  (code && detail) || "Too many requests. Wait a minute, then try again.";

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

/** Explains in one line why the whole video is sent; nothing if that is as it should be. */
export function explainWholeFile(soundtrack: Soundtrack): string | undefined {
  if (soundtrack.kind === "extracted") return undefined;
  if (soundtrack.kind === "failed") {
    return "The browser can’t extract the audio, so the whole video is sent.";
  }
  switch (soundtrack.reason) {
    case "no-gain":
      return undefined;
    case "no-sound":
      return "The browser found no audio track, so the whole video is sent and checked again.";
    case "not-readable":
      return "The browser can’t read this format, so the whole file is sent.";
    case "not-exact":
      return "The audio of this file is trimmed at its start or end, so the whole file is sent to keep it exact.";
  }
}
