import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import type { JobView } from "../contract/api.ts";
import type { ConversionOptions } from "../contract/conversion.ts";
import { formatDuration } from "../contract/format.ts";
import { toDisplayText } from "../contract/text.ts";
import { type ApiClient, ApiError } from "./api-client.ts";
import { formatSize, type ProgressDisplay, showProgress } from "./progress.ts";
import { findUnfinishedUpload, forgetUpload } from "./unfinished-uploads.ts";
import { uploadParts, uploadWhole } from "./upload.ts";

/** At which stage a conversion stopped. */
export type Stage = "upload" | "conversion" | "download";

/** A stage failed; the message is for the user, the cause for whoever looks closer. */
export class StageError extends Error {
  override name = "StageError";
  readonly stage: Stage;
  constructor(stage: Stage, message: string, cause?: unknown) {
    super(message, { cause });
    this.stage = stage;
  }
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".mp4": "video/mp4",
  ".m4v": "video/mp4",
  ".mov": "video/quicktime",
  ".mkv": "video/x-matroska",
  ".webm": "video/webm",
  ".avi": "video/x-msvideo",
  ".ts": "video/mp2t",
};

/**
 * An MP3 is noticed late by a share of what it took, so that a short video's user doesn't wait for
 * nothing and a long one's asks seldom.
 */
const POLL_SHARE = 0.03;
const SHORTEST_POLL_MILLISECONDS = 200;
const LONGEST_POLL_MILLISECONDS = 2000;

/**
 * Uploads a video, waits for its MP3 and downloads it, and shows on standard error how far it is.
 * Throws {@link StageError}.
 */
export async function convertFile(
  client: ApiClient,
  options: {
    videoPath: string;
    mp3Path: string;
    conversion: z.input<typeof ConversionOptions>;
    signal: AbortSignal;
  },
): Promise<JobView> {
  const { signal } = options;
  const jobId = await inStage("upload", signal, () => upload(client, options));
  const job = await inStage("conversion", signal, () => awaitConversion(client, jobId, signal));
  await inStage("download", signal, () => download(client, jobId, options.mp3Path, signal));
  return job;
}

async function inStage<T>(stage: Stage, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted || error instanceof StageError) throw error;
    throw new StageError(stage, error instanceof Error ? error.message : String(error), error);
  }
}

/** Uploads a video, or what is missing of it, and returns its job's id. */
export async function upload(
  client: ApiClient,
  options: Parameters<typeof convertFile>[1],
): Promise<string> {
  const { videoPath, conversion, signal } = options;
  const { size, mtimeMs } = await stat(videoPath);
  const resumeKey = JSON.stringify([client.apiUrl, resolve(videoPath), size, mtimeMs, conversion]);
  const display = showProgress("Uploading");
  const base = {
    client,
    file: { path: videoPath, sizeBytes: size },
    resumeKey,
    signal,
    onProgress: (sentBytes: number) =>
      display.update(sentBytes / size, `${formatSize(sentBytes)} of ${formatSize(size)}`),
  };
  try {
    const unfinished = await findUnfinishedUpload(resumeKey);
    if (unfinished && (await isAwaitingUpload(client, unfinished.jobId, signal))) {
      const { jobId, partSizeBytes, uploadId } = unfinished;
      await uploadParts({ ...base, jobId }, partSizeBytes, uploadId);
      return jobId;
    }
    await forgetUpload(resumeKey);
    const { jobId, upload: plan } = await client.createUpload(
      {
        fileName: toDisplayText(basename(videoPath)) || "Video",
        sizeBytes: size,
        contentType: CONTENT_TYPES[extname(videoPath).toLowerCase()] ?? "application/octet-stream",
        options: conversion,
      },
      signal,
    );
    if (plan.kind === "single") await uploadWhole({ ...base, jobId }, plan);
    else await uploadParts({ ...base, jobId }, plan.partSizeBytes);
    return jobId;
  } finally {
    display.stop();
  }
}

async function isAwaitingUpload(client: ApiClient, jobId: string, signal: AbortSignal) {
  try {
    return (await client.getJob(jobId, signal)).state === "awaiting-upload";
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

/** Asks until the job is completed. Throws {@link StageError} where it failed. */
export async function awaitConversion(
  client: ApiClient,
  jobId: string,
  signal: AbortSignal,
): Promise<JobView> {
  const display = showProgress("Converting");
  const startedAt = performance.now();
  try {
    for (;;) {
      const job = await client.getJob(jobId, signal);
      if (job.state === "completed") {
        display.update(1, formatDuration(job.result?.durationSeconds ?? 0));
        return job;
      }
      if (job.state === "failed") {
        throw new StageError("conversion", job.failure?.message ?? "The conversion failed.");
      }
      showConversion(display, job);
      const share = (performance.now() - startedAt) * POLL_SHARE;
      const pause = Math.max(
        SHORTEST_POLL_MILLISECONDS,
        Math.min(LONGEST_POLL_MILLISECONDS, share),
      );
      await sleep(pause, undefined, { signal });
    }
  } finally {
    display.stop();
  }
}

function showConversion(display: ProgressDisplay, { state, progress }: JobView): void {
  if (state === "awaiting-upload") display.update(0, "queued");
  else if (!progress) display.update(0, "reading");
  else display.update(progress.fraction, formatDuration(progress.audioSeconds));
}

/** Downloads beside `mp3Path` and renames, so that a file of that name is always whole. */
async function download(
  client: ApiClient,
  jobId: string,
  mp3Path: string,
  signal: AbortSignal,
): Promise<void> {
  const { url, sizeBytes } = await client.createDownload(jobId, signal);
  const display = showProgress("Downloading");
  const unfinishedPath = `${mp3Path}.part`;
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || !response.body) throw new Error(`S3 answered HTTP ${response.status}.`);
    let receivedBytes = 0;
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        receivedBytes += chunk.length;
        display.update(receivedBytes / sizeBytes, formatSize(receivedBytes));
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), count, createWriteStream(unfinishedPath));
    if (receivedBytes !== sizeBytes) {
      throw new Error(`${receivedBytes} bytes arrived instead of ${sizeBytes}.`);
    }
    await rename(unfinishedPath, mp3Path);
  } finally {
    display.stop();
    await rm(unfinishedPath, { force: true });
  }
}

/** talk.mp4 becomes talk.mp3 beside it. */
export const defaultMp3Path = (videoPath: string): string =>
  `${videoPath.slice(0, videoPath.length - extname(videoPath).length)}.mp3`;
