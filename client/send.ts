import type { UploadResponse } from "../contract/api.ts";
import type { ConversionOptions } from "../contract/conversion.ts";
import { toFileName } from "../contract/text.ts";
import type { ApiClient } from "./api-client.ts";
import type { ByteSource } from "./byte-source.ts";
import { ApiError } from "./errors.ts";
import { type RetryOptions, type Wait, withRetries } from "./retry.ts";
import { type Speed, SpeedMeter } from "./speed.ts";
import type { Transport } from "./transport.ts";
import {
  type MultipartState,
  type UploadContext,
  uploadMultipart,
  uploadSingle,
} from "./upload.ts";

/** What a later visit needs to continue the upload of one job. */
export interface UnfinishedUpload {
  jobId: string;
  /** Undefined if the source is uploaded in a single PUT. */
  multipart?: MultipartState | undefined;
}

export interface SourceToSend {
  fileName: string;
  contentType: string;
  options: ConversionOptions;
  /** A picture in base64 (`Cover`). */
  cover?: string | undefined;
  source: ByteSource;
  /** From an earlier visit. */
  known: UnfinishedUpload | undefined;
}

export interface Sending {
  sentBytes: number;
  totalBytes: number;
  speed: Speed;
  wait?: Wait;
}

export interface SendHooks {
  signal: AbortSignal;
  /**
   * Called with what to keep for a later visit, and with undefined if that job no longer exists.
   */
  remember: (upload: UnfinishedUpload | undefined) => void | Promise<void>;
  /** Called a few times a second. */
  show: (sending: Sending) => void;
}

type Api = Pick<ApiClient, "createUpload" | "readJob" | "sign" | "signParts">;

/** How many files are sent at a time. More would only make each one slower. */
export const FILES_AT_ONCE = 3;

const SHOW_EVERY_MILLISECONDS = 120;

/**
 * Uploads a source under the job in `known`, or under a new one. Continues where an earlier attempt
 * stopped.
 *
 * @returns the job's id.
 * @throws ApiError, StorageError, NetworkError, SourceError, or the signal's reason.
 */
export async function sendSource(
  api: Api,
  transport: Transport,
  upload: SourceToSend,
  hooks: SendHooks,
): Promise<string> {
  const progress = createProgress(upload.source, hooks);
  const { job, single, isSent } = await openJob(api, upload, hooks, progress.onWait);
  if (isSent) return job.jobId;
  const { jobId } = job;
  const { source } = upload;
  const { signal } = hooks;
  progress.onWait(undefined);
  const context: UploadContext = {
    source,
    transport,
    signal,
    sign: (request, abort) => api.sign(jobId, request, abort),
    signParts: (request, abort) => api.signParts(jobId, request, abort),
    ...progress,
  };
  try {
    if (job.multipart === undefined) await uploadSingle(single, context);
    else {
      const { partSizeBytes } = job.multipart;
      const remember = (uploadId: string) =>
        hooks.remember({ ...job, multipart: { partSizeBytes, uploadId } });
      await uploadMultipart(job.multipart, remember, context);
    }
  } catch (error) {
    // The last request succeeded, and only its answer was lost.
    if (!(error instanceof ApiError && error.code === "already-uploaded")) throw error;
  }
  return job.jobId;
}

interface OpenedJob {
  job: UnfinishedUpload;
  single?: Extract<UploadResponse["upload"], { kind: "single" }> | undefined;
  isSent?: boolean;
}

/** Creates the job, or looks up the state of the one from an earlier visit. */
async function openJob(
  api: Api,
  { fileName, contentType, options, cover, source, known }: SourceToSend,
  { signal, remember }: SendHooks,
  onWait: Progress["onWait"],
): Promise<OpenedJob> {
  if (known !== undefined) {
    const state = await readState(api, known.jobId, { signal, onWait });
    if (state === "awaiting-upload") return { job: known };
    if (state !== "deleted") return { job: known, isSent: true };
    await remember(undefined);
  }
  const { jobId, upload } = await withRetries(
    () =>
      api.createUpload(
        {
          fileName: toFileName(fileName),
          sizeBytes: source.sizeBytes,
          contentType,
          options,
          ...(cover && { cover }),
        },
        signal,
      ),
    { signal, onWait },
  );
  const job: UnfinishedUpload =
    upload.kind === "single"
      ? { jobId }
      : { jobId, multipart: { partSizeBytes: upload.partSizeBytes } };
  await remember(job);
  return { job, single: upload.kind === "single" ? upload : undefined };
}

async function readState(api: Api, jobId: string, options: RetryOptions) {
  try {
    const { state } = await withRetries(() => api.readJob(jobId, options.signal), options);
    return state;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return "deleted";
    throw error;
  }
}

type Progress = Pick<UploadContext, "onSentBytes" | "onWait">;

/** Turns an upload's reports into the progress to show, a few times a second. */
function createProgress(source: ByteSource, { show }: SendHooks): Progress {
  const meter = new SpeedMeter();
  let sending: Sending = {
    sentBytes: 0,
    totalBytes: source.sizeBytes,
    speed: { bytesPerSecond: 0, secondsLeft: undefined },
  };
  let shownAt = 0;
  return {
    onSentBytes: (sentBytes) => {
      const now = performance.now();
      if (now - shownAt < SHOW_EVERY_MILLISECONDS && sentBytes < source.sizeBytes) return;
      shownAt = now;
      const { totalBytes } = sending;
      const speed = meter.measure(sentBytes, totalBytes, now);
      sending = { sentBytes, totalBytes, speed };
      show(sending);
    },
    onWait: (wait) => {
      const { sentBytes, totalBytes, speed } = sending;
      sending = { sentBytes, totalBytes, speed, ...(wait !== undefined && { wait }) };
      show(sending);
    },
  };
}

/** Failures that the whole file may not have, although its soundtrack has. */
const WORTH_SENDING_WHOLE: ReadonlySet<string> = new Set([
  "not-media",
  "unsupported-codec",
  "truncated",
  "encrypted",
]);

/**
 * Returns whether a job whose extracted soundtrack couldn't be converted may succeed with the whole
 * file.
 */
export const isWorthSendingWhole = (failureCode: string | undefined) =>
  failureCode !== undefined && WORTH_SENDING_WHOLE.has(failureCode);
